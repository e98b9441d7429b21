"""Files in, incidents and a report on every row out."""

from geo.readers.importing import DEMO as DEMO
from geo.readers.importing import Import as Import
from geo.readers.importing import OpenedFile as OpenedFile
from geo.readers.importing import import_opened as import_opened
from geo.readers.importing import open_files as open_files
from geo.readers.importing import open_uploads as open_uploads
from geo.readers.importing import read as read
from geo.readers.importing import read_uploads as read_uploads
from geo.readers.writing import write_plain_csv as write_plain_csv

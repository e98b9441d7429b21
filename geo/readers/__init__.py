"""Files in, incidents and a report on every row out."""

from geo.readers.importing import DEMO as DEMO
from geo.readers.importing import Import as Import
from geo.readers.importing import read as read
from geo.readers.importing import read_uploads as read_uploads
from geo.readers.writing import write_plain_csv as write_plain_csv

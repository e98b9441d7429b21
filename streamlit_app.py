"""The dashboard. Pages are in ``dashboard/pages``; ``streamlit_server.py`` serves this script."""

from dashboard import navigation
from dashboard.settings import StartOptions

navigation.run(StartOptions.given())

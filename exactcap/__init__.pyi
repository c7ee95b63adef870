"""The types of the names that are loaded when they are first used; import-linter would take them for imports."""

from exactcap import claims as claims
from exactcap.api import activation as activation
from exactcap.api import certify as certify
from exactcap.api import read_data as read_data
from exactcap.api import verify as verify

__version__: str

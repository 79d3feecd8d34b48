"""The name-plate of the service."""

from typing import Final

from serving.core.entities.history import HISTORY
from serving.core.parameters.schemas import OF_ENTITY, SESSION_IN_PATH
from serving.core.service import CATALOG, ExampleLink, Service
from serving.sessions.controllers import SessionController
from serving.sessions.filters import SESSIONS

SERVICE: Final = Service(
    name="sessions",
    controllers=(SessionController,),
    tags={"sessions": "Sessions / Sessions"},
    lists={"listSessions": SESSIONS, "listHistoryOfSession": HISTORY},
    parameters={"getSession": OF_ENTITY},
    path_parameters={"session": SESSION_IN_PATH},
    stores=CATALOG,
    examples=(ExampleLink("/sessions", "Every session", "Toutes les sessions"),),
)

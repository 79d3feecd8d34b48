"""The name-plate of the service."""

from typing import Final

from serving.bills.codes import CODES
from serving.bills.controllers import BillController
from serving.bills.filters import BILLS, STATISTICS
from serving.bills.relations import RELATIONS
from serving.bills.statistics import BillVoteStatisticsController
from serving.core.entities.history import HISTORY
from serving.core.parameters.schemas import BILL_NUMBER_IN_PATH, OF_ENTITY, SESSION_IN_PATH
from serving.core.service import ExampleLink, Service

SERVICE: Final = Service(
    name="bills",
    codes=CODES,
    controllers=(BillController, BillVoteStatisticsController),
    tags={"bills": "Bills / Projets de loi"},
    lists={"listBills": BILLS, "listBillStatistics": STATISTICS, "listHistoryOfBill": HISTORY},
    parameters={"getBill": OF_ENTITY, "listStagesOfBill": OF_ENTITY},
    entries={"bill": "BillOut"},
    with_entities={"getBill": "bill"},
    relations=RELATIONS,
    path_parameters={"session": SESSION_IN_PATH, "number": BILL_NUMBER_IN_PATH},
    examples=(
        ExampleLink(
            "/bills?royal_assent_on__isnull=false&sort=-royal_assent_on&limit=5",
            "What became law last",
            "Les dernières lois adoptées",
        ),
        ExampleLink(
            "/bill-statistics?sort=-vote_count", "The bills most voted on", "Les projets de loi les plus votés"
        ),
    ),
)

"""The desks of curation, from settings."""

from collections.abc import Mapping

from readbot.conversation.commands import AtDesk, Gaps, OnList, Privacy, Suggest, Suggestions
from readbot.curation.curators import Curators
from readbot.curation.gaps_desk import GapsDesk
from readbot.curation.house_rule import load_house_rule
from readbot.curation.notebook import Notebook
from readbot.curation.privacy_desk import PrivacyDesk
from readbot.curation.review_desk import ReviewDesk
from readbot.curation.staff import Staff
from readbot.curation.suggest_desk import OnListDesk, SuggestDesk
from readbot.curation.suggesting import Suggesting
from readbot.exceptions import SettingsError
from readbot.front_desk import Desk
from readbot.ports import Messenger
from readbot.reading_list.package_data import find_data_file
from readbot.settings import Settings
from readbot.shelves import Shelves
from readbot.store import Store


def make_desks(
    settings: Settings,
    *,
    store: Store,
    shelves: Shelves,
    messengers: Mapping[str, Messenger],
    notebook: Notebook,
) -> dict[type[AtDesk], Desk]:
    """Return the desk of each command of curation.

    Args:
        settings: Who curates, and for how long things are kept.
        store: Where they are.
        shelves: The lists, to which approved links are added.
        messengers: By platform: what reaches people.
        notebook: What was asked a moment ago.

    Raises:
        ListError: The table of vendors that ships cannot be used.
    """
    rule = load_house_rule(find_data_file("vendors.yaml"))
    staff = Staff(settings.curators, messengers, store)
    suggesting = Suggesting(store, shelves, rule, staff)
    return {
        Suggest: SuggestDesk(suggesting),
        OnList: OnListDesk(suggesting),
        Suggestions: ReviewDesk(store, shelves, rule, staff, refresh=shelves.refresh),
        Gaps: GapsDesk(store, shelves, staff, refresh=shelves.refresh, settle=notebook.flush),
        Privacy: PrivacyDesk(store, gaps_days=settings.gaps_days, settle=notebook.flush),
    }


def check_curators(curators: Curators, platforms: Mapping[str, object]) -> None:
    """Refuse curators on a platform that there is not: a typing error would make nobody one.

    Raises:
        SettingsError: There are such.
    """
    unknown = sorted({curator.platform for curator in curators} - set(platforms))
    if unknown:
        raise SettingsError(
            f"READBOT_CURATORS: there is no platform {' or '.join(map(repr, unknown))}; there are: "
            f"{', '.join(sorted(platforms))}"
        )

"""Words of which people, ridings and bills are made. Any likeness to the living is chance."""

from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FIRST_EN_F = _words(
    "Agnes|Beatrice|Clara|Dorothy|Eleanor|Freda|Greta|Harriet|Imogen|Joyce|Keziah|Lorna|Mabel|Nora|Opal|Priya|"
    "Roxanne|Sadie|Thea|Winona"
)
FIRST_EN_M = _words(
    "Alden|Barnaby|Cedric|Duncan|Edgar|Fergus|Gordon|Harjit|Ivor|Jasper|Kenji|Lachlan|Murdoch|Nigel|Orson|"
    "Percival|Rupert|Silas|Tobias|Wendell"
)
FIRST_FR_F = _words(
    "Adélaïde|Bérénice|Célestine|Delphine|Éloïse|Florence|Ghislaine|Hélène|Isaure|Joséphine|Léonie|Maëlle|"
    "Noémie|Océane|Pénélope|Rosalie|Solange|Violette"
)
FIRST_FR_M = _words(
    "Anselme|Barthélemy|Clovis|Dieudonné|Émilien|Fulgence|Gédéon|Honoré|Isidore|Jean-Placide|Ludovic|"
    "Marc-Aurèle|Napoléon|Octave|Philémon|Rosaire|Télesphore|Zéphirin"
)
LAST_EN = _words(
    "Abernathy|Applegarth|Ashdown|Barrowclough|Birchall|Blackwater|Bramblewood|Calloway|Chudleigh|Coldstream|"
    "Crowfoot|Dalrymple|Dhaliwal|Duckworth|Eaglesham|Everbright|Fairweather|Featherstone|Fothergill|"
    "Gallowglass|Gill|Goodfellow|Greenhalgh|Hawthorne|Heatherington|Hollingbrook|Inglewood|Ironside|Jolliffe|"
    "Kettlewell|Kirkbride|Larkspur|Lightfoot|Longacre|MacAllister|MacQuarrie|Merriweather|Moonias|Nakamura|"
    "Nightingale|Oakeshott|Ogilvie|Okonkwo|Pemberton|Pettigrew|Quillfeather|Ravenhill|Rosewarne|Sandhu|"
    "Silverthorn|Stonehouse|Summerfield|Tanglewood|Thistlewood|Underhill|Vanderhoeven|Wetherby|Whitecloud|"
    "Winterbourne|Yellowknee"
)
LAST_FR = _words(
    "Aubépine|Beauséjour|Belhumeur|Boisclair|Bonsecours|Brindamour|Cantin-Roy|Chantelois|Clairvoyant|"
    "Courtemanche|D'Amboise|Desruisseaux|Doucet-Lahaie|Duchesneau|Émond-Rivard|Fontainebleau|Froidevaux|"
    "Grandmaison|Hautecloche|Jolicœur|Labonté|Lachance|Ladouceur|Laframboise|Lamontagne|Larivée|Lavigueur|"
    "Lebeau-Pré|L'Espérance|L'Heureux|Malenfant|Montplaisir|Neigeblanche|Ouellet-Dubois|Passereau|Petitclerc|"
    "Préfontaine|Quatremaisons|Rochefleur|Sansregret|Sanschagrin|Tranchemontagne|Vadeboncœur|Valcourt-Ness|"
    "Verdebois|Villefranche|Vol-au-Vent|Yamachiche-Roy"
)

PLACES_EN = _words(
    "Alderbrook|Amber Falls|Bearberry|Beaver Crossing|Birch Hollow|Bluewater Bend|Caribou Flats|Cedarhurst|"
    "Cloudberry|Copper Sands|Driftwood|Eagle's Rest|Eiderdown|Fern Harbour|Fiddlehead|Foxglove|Granite Reach|"
    "Heron Bay|Juniper Point|Kestrel Ridge|Larchmont Lake|Loon Narrows|Maple Grange|Marshlight|Moosewood|"
    "Northlight|Osprey Landing|Otter Sound|Pebble Coast|Pine Barrens|Puffin Head|Quartz Valley|Raven Fork|"
    "Sagebrush|Salmon Steps|Snowgoose|Sunder Bay|Tamarack|Thistle Plains|Wolf Meadow"
)
PLACES_FR = _words(
    "Anse-aux-Brumes|Baie-du-Huard|Belle-Aurore|Bois-de-Brume|Cap-Tempête|Clairval|Côte-des-Aulnes|Épinettes|"
    "Fleur-de-Neige|Grand-Pré-du-Loup|Havre-aux-Oies|Île-aux-Renards|La Tourbière|Lac-aux-Lanternes|"
    "Mont-Bruyère|Pointe-Argent|Pré-des-Érables|Rivière-Songe|Roche-Plume|Saint-Brumaire|Sainte-Aubaine|"
    "Val-des-Bouleaux|Vertes-Rives|Ville-Lumignon"
)


class Subject(NamedTuple):
    """What a bill or a motion is about; the French carries its article, so that it follows any preposition."""

    en: str
    fr: str


TOPICS = (
    Subject("lighthouses", "les phares"),
    Subject("covered bridges", "les ponts couverts"),
    Subject("northern berries", "les petits fruits nordiques"),
    Subject("tidal mills", "les moulins à marée"),
    Subject("winter roads", "les routes d’hiver"),
    Subject("night skies", "le ciel nocturne"),
    Subject("public orchards", "les vergers publics"),
    Subject("bicycle ferries", "les traversiers pour vélos"),
    Subject("wild pollinators", "les pollinisateurs sauvages"),
    Subject("travelling libraries", "les bibliothèques itinérantes"),
    Subject("canoe routes", "les routes de canot"),
    Subject("weather balloons", "les ballons météorologiques"),
    Subject("maple syrup grading", "le classement du sirop d’érable"),
    Subject("harbour bells", "les cloches de port"),
    Subject("peat bogs", "les tourbières"),
    Subject("village schools", "les écoles de village"),
    Subject("snow fences", "les clôtures à neige"),
    Subject("heritage seeds", "les semences patrimoniales"),
    Subject("ice fishing huts", "les cabanes de pêche blanche"),
    Subject("fog signals", "les signaux de brume"),
    Subject("community rinks", "les patinoires communautaires"),
    Subject("grain elevators", "les silos-élévateurs"),
    Subject("drinking fountains", "les fontaines publiques"),
    Subject("migratory geese", "les oies migratrices"),
)

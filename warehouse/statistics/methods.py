"""Every method by its id: the formula in words of both languages, and where it comes from."""

from typing import Final

import msgspec


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """How a published number is computed. The number behind the slash changes with what is computed."""

    id: str
    en: str
    fr: str
    source: str


_OWN = "OpenPolicy"
_ALL = (
    Method(id="rice/1", source="Rice, Political Science Quarterly 40(1), 1925, 60-72",
           en="|Y-N|/(Y+N) of a group's ballots in a division.",
           fr="|Y-N|/(Y+N) des voix d’un groupe lors d’un vote."),
    Method(id="hnr/1", source="Hix, Noury and Roland, British Journal of Political Science 35(2), 2005",
           en="(m-(T-m)/2)/T, m the largest of yea, nay, abstain. With two options an even split is 0.25: never "
              "compare the House with the Senate by it.",
           fr="(m-(T-m)/2)/T, m étant le plus grand nombre. Avec deux options, un partage égal vaut 0,25\u00a0: ne "
              "comparez pas la Chambre au Sénat."),
    Method(id="attina/1", source="Attinà, European Journal of Political Research 18(5), 1990",
           en="(m-(T-m))/T; for replication only.", fr="(m-(T-m))/T; pour reproduire d’anciens travaux."),
    Method(id="pair/1", source="In the spirit of Desposato, British Journal of Political Science 35(4), 2005",
           en="Probability that two voting members drawn at random agree: [Y(Y-1)+N(N-1)+A(A-1)]/[T(T-1)].",
           fr="Probabilité que deux votants tirés au hasard s’accordent\u00a0: [Y(Y-1)+N(N-1)+A(A-1)]/[T(T-1)]."),
    Method(id="mean/1", source=_OWN,
           en="Unweighted mean over the divisions in which at least two of the group voted.",
           fr="Moyenne simple des votes où au moins deux membres du groupe ont voté."),
    Method(id="mean-contested/1", source=_OWN,
           en="The same, over divisions whose losing side has at least 10 % of yea and nay.",
           fr="De même, pour les votes où le camp perdant réunit au moins 10 % des voix."),
    Method(id="mean-closeness/1", source="After Carey, American Journal of Political Science 51(1), 2007",
           en="Σ w·R/Σ w with w = 1-|2·yea/(yea+nay)-1| of the whole division.",
           fr="Σ w·R/Σ w avec w = 1-|2·pour/(pour+contre)-1| de l’ensemble du vote."),
    Method(id="line/1", source=_OWN,
           en="The position of strictly the most members of a caucus, at least two voting; none on a tie. Independents "
              "have none.",
           fr="La position du plus grand nombre, au moins deux votants; aucune en cas d’égalité ni pour les "
              "indépendants."),
    Method(id="line/leave-one-out", source=_OWN,
           en="The plurality of the other members of the caucus, at least one; none on a tie.",
           fr="La pluralité des autres membres du caucus, au moins un; aucune en cas d’égalité."),
    Method(id="line/cabinet", source="After the rule of CBC News, 2017",
           en="Of a caucus with ministers, the plurality of its ministers who voted, at least two; of others line/1. "
              "Ministers are those whose office a document of the House dates; without any there is no line.",
           fr="D’un caucus ayant des ministres, la pluralité de ses ministres votants, au moins deux; des autres, "
              "line/1. Les ministres sont ceux dont un document de la Chambre date la fonction; sans eux, aucune."),
    Method(id="dissent/1", source="Wilson, Journal of the American Statistical Association 22(158), 1927",
           en="Divisions in which the member voted differently from most of the caucus, over ballots cast where the "
              "caucus had a line; 95 % Wilson interval; not reliable below 30. Whips are not published.",
           fr="Votes où la personne a voté autrement que la plupart de son caucus, sur les voix exprimées quand le "
              "caucus avait une ligne; intervalle de Wilson à 95 %; peu fiable sous 30."),
    Method(id="participation/1", source=_OWN,
           en="Ballots cast/(eligible-paired). Not attendance: the House publishes no reasons.",
           fr="Voix exprimées/(habilités à voter-pairés). Ce n’est pas la présence\u00a0: "
              "la Chambre ne publie pas de motifs."),
    Method(id="presence-any/1", source=_OWN,
           en="(Cast+paired)/eligible.", fr="(Voix exprimées+pairés)/habilités à voter."),
    Method(id="percentile/1", source="Hyndman and Fan, The American Statistician 50(4), 1996, type 7",
           en="Percentiles of members, interpolated linearly.", fr="Centiles des membres, interpolés linéairement."),
    Method(id="agreement/1", source=_OWN,
           en="Divisions with the same position/divisions in which both cast a ballot.",
           fr="Votes de même position/votes où les deux ont voté."),
    Method(id="same-line/1", source=_OWN,
           en="Share of the divisions in which both caucuses have a line, that it is the same.",
           fr="Part des votes où les deux caucus ont une ligne, et la même."),
    Method(id="pairwise/1", source=_OWN,
           en="Mean over divisions of the share of pairs, one member of each caucus, that voted alike.",
           fr="Moyenne par vote de la part des paires, un membre de chaque caucus, votant de même."),
    Method(id="likeness/1", source="Rice, Quantitative Methods in Politics, 1928",
           en="1-|y1-y2|, y the share of yeas of each group; mean over divisions.",
           fr="1-|y1-y2|, y étant la part de votes pour; moyenne des votes."),
    Method(id="closeness/1", source=_OWN, en="|yea-nay|/(yea+nay) of a division.",
           fr="|pour-contre|/(pour+contre) d’un vote."),
    Method(id="split/1", source=_OWN,
           en="A caucus split where at least one of its members voted yea and at least one nay. Independents sit in no "
              "caucus.",
           fr="Un caucus s’est divisé si au moins un membre a voté pour et au moins un contre. Les indépendants ne "
              "forment pas un caucus."),
    Method(id="free_vote/declared", source=_OWN,
           en="A caucus left the division to its members, as the citation reports. The list is not complete.",
           fr="Un caucus a laissé le vote libre, selon la référence donnée. La liste n’est pas complète."),
    Method(id="free_vote/suspected", source=_OWN,
           en="At least 15 % and three members of a caucus in its minority, on private members' business or a question "
              "of conscience by its words. Dissent is counted all the same.",
           fr="Au moins 15 % et trois membres d’un caucus en minorité, sur une affaire émanant des députés ou une "
              "question de conscience. La dissidence est comptée quand même."),
    Method(id="enp/1", source="Laakso and Taagepera, Comparative Political Studies 12(1), 1979",
           en="1/Σs², s shares of filled seats; each independent alone.",
           fr="1/Σs², s étant les parts des sièges pourvus; chaque indépendant compte seul."),
    Method(id="rae/1", source="Rae, The Political Consequences of Electoral Laws, 1967", en="1-Σs².", fr="1-Σs²."),
    Method(id="funnel/1", source=_OWN,
           en="Bills of a session (not threads over sessions) that reached a milestone; a later one proves an earlier.",
           fr="Projets de loi d’une session ayant franchi une étape; une étape ultérieure prouve les précédentes."),
    Method(id="kaplan-meier/1", source="Kaplan and Meier, Journal of the American Statistical Association 53, 1958",
           en="Median calendar days between milestones; open spells are censored today, others at the session's end.",
           fr="Médiane des jours civils entre étapes; les attentes en cours sont censurées aujourd’hui, les autres à "
              "la fin de la session."),
    Method(id="sponsor/1", source=_OWN,
           en="Bills by sponsor; a bill carried over within a Parliament is one bill.",
           fr="Projets de loi par parrain; un projet rétabli dans une législature compte une fois."),
    Method(id="outcome/1", source=_OWN,
           en="Bills with royal assent/bills introduced, by the sponsor's caucus on the day of introduction; a bill "
              "carried over within a Parliament is one bill.",
           fr="Projets de loi sanctionnés/projets déposés, selon le caucus du parrain le jour du dépôt; un projet "
              "rétabli dans une législature compte une fois."),
    Method(id="score/1", source=_OWN, en="Σ w·[ballot agrees]/Σ w·[yea or nay cast].",
           fr="Σ p·[voix conforme]/Σ p·[pour ou contre exprimé]."),
    Method(id="publicwhip/1", source="The Public Whip, publicwhip.org.uk",
           en="Points of disagreement/points available: 10 a vote, 50 strong; absent 1 of 2, strong 25 of 50.",
           fr="Points de désaccord/points possibles\u00a0: 10 par vote, 50 si fort; absence 1 sur 2, fort 25 sur 50."),
    Method(id="tvfy/1", source="They Vote For You, theyvoteforyou.org.au",
           en="Same 1, different 0, absent ½, weighted 5, absent 1, strong 25; no category below two votes without a "
              "strong one.",
           fr="Même 1, différent 0, absence ½, pondérés 5, absence 1, fort 25; pas de catégorie sous deux votes."),
)  # fmt: skip
METHODS: Final = {method.id: method for method in _ALL}

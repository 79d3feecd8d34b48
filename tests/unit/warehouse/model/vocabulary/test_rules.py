"""Every rule that a loader can raise has a title in both languages."""

import ast

from tests.conftest import ROOT
from warehouse.model.vocabulary.rules import RULES, rule_title


def raised() -> set[str]:
    """The names that stand where a rule is named: `rule=…`, a yielded pair, `_finding("…", …)`."""
    found: set[str] = set()
    for path in (ROOT / "assets").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="rule", value=ast.Constant(value=str(name))):
                    found.add(name)
                case ast.Yield(
                    value=ast.Tuple(elts=[ast.Constant(value=str(name)), ast.JoinedStr() | ast.Name() | ast.Constant()])
                ):
                    found.add(name)
                case ast.Call(func=ast.Name(id="_finding"), args=[ast.Constant(value=str(name)), *_]):
                    found.add(name)
                case ast.Assign(
                    value=ast.Tuple(elts=[ast.Constant(value=str(name)), *_]),
                    targets=[ast.Tuple(elts=[ast.Name(id="rule"), *_])],
                ):
                    found.add(name)
                case ast.Call(
                    func=ast.Attribute(attr="append"), args=[ast.Tuple(elts=[ast.Constant(value=str(name)), _])]
                ):
                    found.add(name)
                case _:
                    pass
    return found


def test_every_rule_has_a_title_in_both_languages() -> None:
    assert len(raised()) > 20
    assert raised() <= set(RULES)
    assert all(en and fr and en != fr for en, fr in RULES.values())


def test_a_rule_without_a_title_is_called_by_its_name() -> None:
    assert rule_title("not_yet_named") == ("not yet named", "not yet named")

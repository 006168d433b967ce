"""The list of settings: names, variables and descriptions."""

from flowlike.settings import Settings, every, groups


def test_each_setting_has_a_variable_of_its_own_and_a_description() -> None:
    settings = every()
    assert len({each.key for each in settings}) == len(settings)
    assert len({each.variable for each in settings}) == len(settings)
    for each in settings:
        assert each.variable.startswith("FLOWLIKE_")
        assert each.variable.isupper()
        assert each.description


def test_names_that_operators_rely_on() -> None:
    named = {each.variable: each.key for each in every()}
    assert named["FLOWLIKE_BIND"] == "server.bind"
    assert named["FLOWLIKE_DATA_DIR"] == "data.dir"
    assert named["FLOWLIKE_DATABASE_URL"] == "database.url"
    assert named["FLOWLIKE_METRICS_BIND"] == "metrics.bind"
    assert named["FLOWLIKE_NATIVE_PACKAGES"] == "nodes.native_packages"


def test_defaults_are_those_of_the_struct() -> None:
    for each in every():
        group, name = each.key.split(".")
        assert getattr(getattr(Settings(), group), name) == each.default


def test_each_group_says_what_it_is_for() -> None:
    assert list(groups()) == list(dict.fromkeys(each.key.split(".")[0] for each in every()))
    assert all(groups().values())

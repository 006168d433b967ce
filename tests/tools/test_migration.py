import ast

from tools.migration import module, upgrade_code


def test_the_tables_need_no_further_migration() -> None:
    assert upgrade_code("0001") == {}


def test_the_first_one_has_a_function_a_table() -> None:
    code = upgrade_code(None)
    assert {"apps", "boards", "run_queue"} <= set(code)
    text = module("the first tables.", "0001", None, code)
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == [
        "upgrade",
        *(f"_{table}" for table in code),
    ]
    assert text.startswith('"""The first tables."""\n')


def test_a_small_one_says_what_it_follows() -> None:
    text = module("one more column", "0007", "0006", {"apps": "\n    op.drop_table('apps')"})
    assert "revision = '0007'\ndown_revision = '0006'\n" in text
    assert "TEXT" not in text

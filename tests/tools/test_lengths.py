from pathlib import Path

from tools import lengths


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def function(name: str, lines: int) -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


def test_limits_themselves_are_allowed(tmp_path: Path) -> None:
    write(tmp_path, "src/a.py", "x = 1\n" * 600)
    write(tmp_path, "tests/b.py", function("f", 80))
    assert lengths.check(tmp_path) == []


def test_one_line_more_is_not(tmp_path: Path) -> None:
    write(tmp_path, "tools/a.py", "x = 1\n" * 601)
    write(tmp_path, "tests/b.py", "\nasync " + function("f", 81))
    assert lengths.check(tmp_path) == [
        "tests/b.py:2 f: 81 lines, limit 80",
        "tools/a.py: 601 lines, limit 600",
    ]


def test_nineteen_of_twenty_functions_are_short(tmp_path: Path) -> None:
    write(tmp_path, "src/a.py", function("long", 41))
    write(tmp_path, "src/b.py", "".join(function(f"f{number}", 2) for number in range(17)))
    write(tmp_path, "src/usual.py", function("usual", 40))
    assert lengths.check(tmp_path) == ["src: 1 of 19 functions are over 40 lines, limit 5%"]
    write(tmp_path, "src/c.py", function("one_more", 2))
    assert lengths.check(tmp_path) == []


def test_methods_and_inner_functions_count(tmp_path: Path) -> None:
    body = "class A:\n    def m(self):\n" + "        pass\n" * 80
    write(tmp_path, "bench/a.py", body)
    assert lengths.check(tmp_path) == ["bench/a.py:2 m: 81 lines, limit 80"]

"""What `pip install .` installs."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = ("factcheck", "schemas", "seeds")


def test_the_package_has_every_file_of_the_program_and_nothing_that_lies_beside_it(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in INSTALLED:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("wsgi.py", "pyproject.toml"):
        shutil.copy(ROOT / name, source)
    for beside in ("factcheck-data/log.key", "factcheck.db", "tests/__init__.py"):
        (source / beside).parent.mkdir(exist_ok=True)
        (source / beside).touch()
    build = [sys.executable, "-m", "uv", "build", "--wheel", "--no-build-isolation", "--offline"]
    into = ["--out-dir", str(tmp_path), str(source)]
    done = subprocess.run([*build, *into], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        packed = {name for name in file.namelist() if ".dist-info/" not in name}
    program = (one for name in INSTALLED for one in (source / name).rglob("*") if one.is_file())
    assert packed == {"wsgi.py", *(str(one.relative_to(source)) for one in program)}

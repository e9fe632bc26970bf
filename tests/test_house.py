"""House rules that a person would otherwise have to remember."""

import os
import re
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from api.settings import DOCUMENTED

ROOT = Path(__file__).parents[1]
DATA = ROOT / "catalogue" / "data"
LOCKS = ("requirements.txt", "requirements-dev.txt")
SET_UP_LOCK = "requirements-node.txt"
LONGEST = 450
"""Lines; past about 400 a module has two ideas."""

MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home|farm)/\w")
"""An absolute path into a folder that one machine has."""
REGISTRY = re.compile(
    "|".join(
        re.escape(".".join(host))
        for host in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("deb", "debian", "org"),
        )
    )
)


def project_files() -> list[Path]:
    """All files of the project: tracked by git or about to be, else all but what was made."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    made = {".venv", ".cache", ".git", "dist", "data", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(
            part in made or part.endswith("_cache") for part in path.relative_to(ROOT).parts[:1]
        )
    ]


FILES = project_files()
MODULES = [path for path in FILES if path.suffix == ".py"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a spreadsheet
        found += [
            f"{name(path)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def test_packages_do_nothing_at_import() -> None:
    packages = [path for path in MODULES if path.name == "__init__.py"]
    assert packages
    assert [name(path) for path in packages if path.read_text(encoding="utf-8").strip()] == []


def test_no_module_has_grown_past_one_idea() -> None:
    assert MODULES
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_nothing_is_called_utils() -> None:
    assert [name(path) for path in MODULES if path.stem in {"utils", "helpers", "misc"}] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


@pytest.mark.parametrize(
    "line", ["cd /" + "root/x", "open('/" + "home/me/a.csv')", "=/" + "work/main"]
)
def test_a_path_of_a_machine_would_be_found(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["/guide/home/", "https://a.example/work/1", "./root/x", "/home/"])
def test_an_address_on_the_web_is_no_path_of_a_machine(line: str) -> None:
    assert not MACHINE_PATH.search(line)


@pytest.mark.parametrize("lock", [*LOCKS, SET_UP_LOCK])
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(
        r"://|^\s*-(-index-url|-extra-index-url|-find-links|i|f)\b", text, re.MULTILINE
    )
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", requirement), requirement[:80]
        assert "--hash=sha256:" in requirement, requirement[:80]


def test_the_program_runs_on_the_versions_it_was_tested_with() -> None:
    runtime, tested = (pins(ROOT / lock) for lock in LOCKS)
    assert runtime <= tested


def pins(lock: Path) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+==\S+", lock.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("group", ["runtime", "dev"])
def test_every_dependency_is_locked(group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"]
    if group == "dev":
        wanted = wanted + project["dependency-groups"]["dev"]
    lock = "requirements.txt" if group == "runtime" else "requirements-dev.txt"
    locked = {pin.partition("==")[0] for pin in pins(ROOT / lock)}
    names = {re.split(r"[\[<>=~!; ]", one)[0].lower().replace("_", "-") for one in wanted}
    assert names - locked == set()


@pytest.mark.parametrize("command", ["make run", "make test"])
@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md"])
def test_the_two_commands_are_documented(document: str, command: str) -> None:
    assert command in (ROOT / document).read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    documents = [path for path in FILES if path.suffix == ".md"]
    links = [
        (name(path), path.parent / target)
        for path in documents
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    ]
    assert links
    assert [(path, str(target)) for path, target in links if not target.exists()] == []


@pytest.mark.parametrize(
    "target", ["setup", "run", "test", "test-slow", "bench", "lint", "wheel", "lock", "clean"]
)
def test_make_help_tells_of_every_target(target: str) -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.search(rf"^  make {target}\s+\S", said, re.MULTILINE)


@pytest.mark.parametrize("setting", DOCUMENTED)
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting}`" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_publiccode_describes_this_version_in_danish_and_english() -> None:
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    }
    assert required - described.keys() == set()
    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"]
    assert described["maintenance"]["contacts"][0]["name"]
    assert described["description"].keys() >= {"da", "en"}
    for text in described["description"].values():
        assert 0 < len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_every_data_file_has_its_origin_named() -> None:
    files = [path for path in FILES if DATA in path.parents and path.name != "README.md"]
    assert files
    assert [name(path) for path in files if not origin_named(path)] == []


def origin_named(path: Path) -> bool:
    """Whether a README beside the file, or in a folder above it up to the data's, names it."""
    folders = [folder for folder in path.parents if folder == DATA or DATA in folder.parents]
    readmes = [folder / "README.md" for folder in folders]
    return any(
        path.relative_to(readme.parent).as_posix() in readme.read_text(encoding="utf-8")
        for readme in readmes
        if readme.is_file()
    )


@pytest.mark.parametrize(
    "script", [".ci/run", "scripts/set-up", "scripts/system-packages", "scripts/lock"]
)
def test_scripts_can_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


def test_a_connection_to_another_machine_is_refused() -> None:
    with pytest.raises(AssertionError, match="tried to reach"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)  # an address kept for examples
    with pytest.raises(AssertionError, match="tried to reach"):
        socket.getaddrinfo("fritidsguide.example", 80)
    with (
        pytest.raises(AssertionError, match="tried to reach"),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.sendto(b"", ("192.0.2.1", 53))

"""The wheel alone is enough: built, installed where nothing else is, and used.

The environment holds the wheel and requirements.txt only; the folder it is used from is empty
and outside the repository; no Node is on the path. Between runs the environment is kept in
`.cache/` while requirements.txt stays the same; in CI it is made anew, outside the repository.
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
LIST = ROOT / "api" / "pages" / "front_end.csv"
OFFERS = """\
kilde_id,forening,tilbud,aktiviteter,postnr,by,tider,pris_kr,pris_enhed,step_free
1,Eksempel Strikkeklub,Strik og snak,strikning,8410,Rønde,tir 19:00-21:00,0,gang,ja
2,Eksempel Roklub,Roning for begyndere,roning,8400,Ebeltoft,lør 10:00-12:00,,,
"""
NEED = {"id": "n-1", "interests": ["strikning"], "home": {"postcode": "8410"}}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fritidsguide-wheel-") as name:
        folder = Path(name)
        wheel = build(folder / "dist")
        environment = folder / "venv" if os.environ.get("CI") else ROOT / ".cache" / "wheel-check"
        install(wheel, environment)
        empty = folder / "empty"
        empty.mkdir()
        use(environment / "bin" / "fritidsguide", empty)
    say(f"{wheel.name}: installed alone, it imports, matches and serves")


def build(folder: Path) -> Path:
    """The wheel, made in `folder` of what is in the repository now."""
    say("Building the wheel ...")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT])
    (wheel,) = folder.glob("fritidsguide-*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> None:
    """An environment with the runtime lock, kept while that is the same, and the wheel."""
    python = environment / "bin" / "python"
    stamp = environment / "made-from"
    key = hashlib.sha256(LOCK.read_bytes() + str(environment).encode()).hexdigest()
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ]
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != key:
        say("Installing requirements.txt in an empty environment ...")
        venv.create(environment, clear=True, with_pip=True)
        run([*pip, "--require-hashes", "-r", LOCK])
        stamp.write_text(key, encoding="ascii")
    run([*pip, "--no-index", "--force-reinstall", wheel])


def use(program: Path, folder: Path) -> None:
    """Import, match and serve, as somebody does who has the installed program and no more."""
    environment = {"PATH": str(program.parent), "HOME": str(folder), "LANG": "C.UTF-8"}
    (folder / "tilbud.csv").write_text(OFFERS, encoding="utf-8")
    (folder / "need.json").write_text(json.dumps(NEED), encoding="utf-8")

    def fritidsguide(*arguments: str) -> str:
        return run([program, *arguments], cwd=folder, env=environment)

    expect("serve", fritidsguide("--help"))
    expect("2 created, 0 updated, 0 unchanged, 0 refused", fritidsguide("import", "tilbud.csv"))
    expect("0 created, 0 updated, 2 unchanged, 0 refused", fritidsguide("import", "tilbud.csv"))
    answer = json.loads(fritidsguide("match", "need.json", "--json"))
    found = [one["source_ids"] for one in answer["matches"]]
    if found != [["1"]]:
        raise SystemExit(f"check-wheel: match found {found}, not the one offer that fits")
    with serving(program, folder, environment) as address:
        expect("ok", get(f"{address}/healthz"))
        expect("Strik og snak", get(f"{address}/"))
        expect("{", get(f"{address}/static/site.css"))
        check_front_end(address)


def check_front_end(address: str) -> None:
    """Every file of the list is served, as it was when it was listed."""
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            with urllib.request.urlopen(
                f"{address}/static/vendor/{row['file']}", timeout=30
            ) as answer:
                if hashlib.sha256(answer.read()).hexdigest() != row["sha256"]:
                    raise SystemExit(f"check-wheel: {row['file']} is not the file of the list")


@contextmanager
def serving(program: Path, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of `fritidsguide serve`, which is stopped in the end."""
    server = subprocess.Popen(
        [program, "serve", "--port", "0"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,  # its log
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        said = ""
        for line in server.stderr:
            said += line
            if "http://" in line:
                break
        else:
            raise SystemExit(f"check-wheel: serve did not start:\n{said}")
        yield next(word for word in said.split() if word.startswith("http://"))
    finally:
        server.terminate()
        server.communicate(timeout=20)


def get(address: str) -> str:
    """The page at a local address; anything but success is an error."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode("utf-8"))


def run(
    command: list[str | Path], cwd: Path | None = None, env: dict[str, str] | None = None
) -> str:
    """What a command prints; if it fails, all it said is shown and the check ends."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise SystemExit(
            f"check-wheel: exit code {done.returncode} from {shown}\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def expect(part: str, whole: str) -> None:
    if part not in whole:
        raise SystemExit(f"check-wheel: {part!r} is not in:\n{whole[:2000]}")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an installed tree of Lacuna stand alone: bundle.py TREE LICENCES

Copies Qt's plugins and every library that programs, libraries and plugins need into TREE/lib/lacuna, but those of the C
and C++ runtime (every system has them) and libtorch (found at run time), lets each look beside itself, and writes into
LICENCES the notices of every Debian package that something was taken from, and packages.json, which says what is inside.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEM = Path("/usr/lib") / subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                                           check=True).stdout.strip()
PLUGINS = {
    "platforms": ["libqxcb", "libqoffscreen", "libqminimal", "libqwayland-generic"],
    "imageformats": ["libqsvg", "libqjpeg", "libqgif", "libqwebp", "libqtiff", "libqico"],
    "iconengines": ["libqsvgicon"],
    "platforminputcontexts": ["libcomposeplatforminputcontextplugin", "libibusplatforminputcontextplugin"],
    "wayland-shell-integration": ["libxdg-shell"],
    "wayland-decoration-client": ["libbradient"],
    "printsupport": [],  # printing to PDF needs none
}
EVERYWHERE = ("ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libresolv.so", "libutil.so",
              "libstdc++.so", "libgcc_s.so")
TORCH = ("libtorch", "libc10")  # its libgomp has a name of its own, and the window needs one before libtorch is there
FONTS = ["Regular", "Italic", "Medium", "SemiBold", "Bold", "BoldItalic"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def needed(path):
    return [line.split("[")[1].rstrip("]") for line in run("readelf", "-d", path).splitlines() if "(NEEDED)" in line]


def find(name):
    for folder in (SYSTEM, SYSTEM / "lapack", SYSTEM / "blas", Path("/lib") / SYSTEM.name):
        if (folder / name).exists():
            return folder / name
    sys.exit(f"bundle: {name} is not on this system; see packaging/wheel/build.sh for what must be installed")


def copy_plugins(libraries):
    sources = []
    for kind, names in PLUGINS.items():
        for name in names:
            source = SYSTEM / "qt6/plugins" / kind / f"{name}.so"
            if not source.exists():
                sys.exit(f"bundle: {source} is missing; install qt6-wayland, qt6-svg-dev and qt6-image-formats-plugins")
            target = libraries / "qt/plugins" / kind / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            sources.append(source)
    return sources


def copy_libraries(tree, libraries):
    """Everything needed, over and over until nothing new comes."""
    sources, seen = [], set()
    waiting = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)]
    while waiting:
        for name in needed(waiting.pop()):
            if name in seen or name.startswith(EVERYWHERE + TORCH):
                continue
            seen.add(name)
            target = libraries / name
            if not target.exists():
                source = find(name)
                shutil.copy(source.resolve(), target)
                sources.append(source)
            waiting.append(target)
    return sources


def let_look_beside(tree, libraries):
    for path in sorted(tree.rglob("*")):
        if not path.is_file() or path.is_symlink() or not is_elf(path):
            continue
        way = os.path.relpath(libraries, path.parent)
        # RPATH, not RUNPATH: what a shell or a conda environment names in LD_LIBRARY_PATH are other builds of the same.
        run("patchelf", "--force-rpath", "--set-rpath", "$ORIGIN" if way == "." else f"$ORIGIN/{way}", path)
        path.chmod(0o755)


def copy_fonts(tree):
    target = tree / "share/lacuna/fonts"
    target.mkdir(parents=True, exist_ok=True)
    sources = [Path(f"/usr/share/fonts/opentype/inter/Inter-{weight}.otf") for weight in FONTS]
    for source in sources:
        shutil.copy(source, target)
    shutil.copy(Path(__file__).parent / "fonts.conf", target)
    return sources


def owner(path):
    """Debian's package of a file, which may be known under its name before /usr was merged."""
    for name in (path, path.resolve(), Path("/" + str(path).removeprefix("/usr/")),
                 Path("/" + str(path.resolve()).removeprefix("/usr/"))):
        found = subprocess.run(["dpkg", "-S", str(name)], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(",")[0].split(":")[0]
    sys.exit(f"bundle: no package owns {path}")


def write_licences(sources, folder):
    folder.mkdir(parents=True, exist_ok=True)
    packages = {}
    for source in sources:
        packages.setdefault(owner(source), []).append(source.name)
    described = []
    for package, files in sorted(packages.items()):
        version, origin = run("dpkg-query", "-W", "-f", "${Version} ${source:Package}", package).split("\n")[0].split(" ")[:2]
        notice = Path("/usr/share/doc") / package / "copyright"
        shutil.copyfile(notice, folder / f"{package}.txt")
        described.append({"package": package, "source": origin, "version": version, "files": sorted(files)})
    (folder / "packages.json").write_text(json.dumps(described, indent=1) + "\n")


def main():
    tree, licences = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    libraries = tree / "lib/lacuna"
    sources = copy_plugins(libraries)
    sources += copy_libraries(tree, libraries)
    sources += copy_fonts(tree)
    let_look_beside(tree, libraries)
    (tree / "bin/qt.conf").write_text("[Paths]\nPrefix = ..\nPlugins = lib/lacuna/qt/plugins\n")
    write_licences(sources, licences)
    print(f"bundled {len(sources)} files of {len(list(licences.glob('*.txt')))} packages")


main()

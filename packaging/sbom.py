#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sbom.py FOLDER: writes lacuna-VERSION.cdx.json (CycloneDX 1.5) beside the packages in FOLDER: what is inside the wheel
(as its own packages.json says), and what the Debian packages and the wheel ask for, with versions and licences.

Licences are read from Debian's machine-readable copyright files; where such a file names none, the text itself is in
the wheel (lacuna_workbench-*.dist-info/licenses) and the component says "see licenses/PACKAGE.txt"."""

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
import zipfile
from datetime import datetime, timezone
from pathlib import Path

# Debian's names for licences, where they are not SPDX's.
SPDX = {"GPL-2+": "GPL-2.0-or-later", "GPL-2": "GPL-2.0-only", "GPL-3+": "GPL-3.0-or-later", "GPL-3": "GPL-3.0-only",
        "LGPL-2+": "LGPL-2.0-or-later", "LGPL-2.1+": "LGPL-2.1-or-later", "LGPL-2.1": "LGPL-2.1-only",
        "LGPL-3": "LGPL-3.0-only", "LGPL-3+": "LGPL-3.0-or-later", "Expat": "MIT", "BSD-3-clause": "BSD-3-Clause",
        "BSD-2-clause": "BSD-2-Clause", "Apache-2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "Zlib": "Zlib",
        "zlib": "Zlib", "OFL-1.1": "OFL-1.1", "MIT": "MIT", "curl": "curl", "ISC": "ISC", "CC0-1.0": "CC0-1.0",
        "MPL-2.0": "MPL-2.0", "BSL-1.0": "BSL-1.0", "FTL": "FTL", "libpng": "Libpng", "OpenSSL": "OpenSSL"}


def version():
    return re.search(r"project\(Lacuna VERSION ([\d.]+)", Path("CMakeLists.txt").read_text()).group(1)


def licences_of(notice):
    """Names in "License:" lines, as SPDX has them where it does."""
    names = re.findall(r"^License: *([^\s].*)$", notice, re.MULTILINE)
    words = {word for name in names for word in re.split(r"\s+(?:and|or|with .*)\s*|,\s*|\s+\|\s+", name.strip()) if word}
    known = sorted({SPDX[word] for word in words if word in SPDX})
    other = sorted({word for word in words if word not in SPDX and len(word) < 60})
    return [{"license": {"id": name}} for name in known] + [{"license": {"name": name}} for name in other]


def bundled(wheel):
    """Components inside the wheel, from the notices that were packed with them."""
    components = []
    with zipfile.ZipFile(wheel) as archive:
        listed = next(name for name in archive.namelist() if name.endswith("licenses/packages.json"))
        for package in json.loads(archive.read(listed)):
            notice = archive.read(listed.replace("packages.json", package["package"] + ".txt")).decode(errors="replace")
            licences = licences_of(notice) or [{"license": {"name": f"see licenses/{package['package']}.txt"}}]
            components.append({
                "type": "library", "name": package["package"], "version": package["version"], "licenses": licences,
                "bom-ref": f"deb:{package['package']}",
                "purl": f"pkg:deb/debian/{package['package']}@{package['version']}?arch=amd64&distro=debian-12",
                "properties": [{"name": "lacuna:inside", "value": "wheel"},
                               {"name": "lacuna:files", "value": " ".join(package["files"])}]})
    return components


def asked_for(folder):
    """What is not inside, and is installed beside it: by pip, or by apt."""
    components = [{"type": "library", "name": name, "bom-ref": f"pypi:{name}", "purl": f"pkg:pypi/{name.lower()}",
                   "licenses": [{"license": {"id": licence}}], "scope": "required",
                   "properties": [{"name": "lacuna:inside", "value": "no: installed by pip"}]}
                  for name, licence in (("torch", "BSD-3-Clause"), ("h5py", "BSD-3-Clause"), ("numpy", "BSD-3-Clause"))]
    names = set()
    for package in sorted(folder.glob("*.deb")):
        depends = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True).stdout
        names |= {item.split("(")[0].split("|")[0].strip() for item in depends.split(",")}
    for name in sorted(names - {"", "lacuna"}):
        found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False)
        notice = Path("/usr/share/doc") / name / "copyright"
        if found.returncode != 0 or not notice.exists():
            continue
        components.append({"type": "library", "name": name, "version": found.stdout, "bom-ref": f"depends:{name}",
                           "purl": f"pkg:deb/debian/{name}@{found.stdout}?arch=amd64&distro=debian-12",
                           "licenses": licences_of(notice.read_text(errors="replace"))
                           or [{"license": {"name": f"see {notice}"}}],
                           "properties": [{"name": "lacuna:inside", "value": "no: Debian package that lacuna depends on"}]})
    return components


def main():
    folder = Path(sys.argv[1])
    own = version()
    wheels = sorted(folder.glob(f"lacuna_workbench-{own}-*.whl"))
    if not wheels:
        sys.exit("sbom: there is no wheel; make it first (packaging/build.sh wheel deb sbom)")
    packages = [{"type": "file", "name": path.name, "bom-ref": path.name,
                 "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]}
                for path in sorted([*wheels, *folder.glob("*.deb")])]
    inside = bundled(wheels[-1])
    root = {"type": "application", "name": "lacuna", "version": own, "bom-ref": "lacuna",
            "licenses": [{"license": {"id": "GPL-3.0-or-later"}}]}
    datasets = {"type": "data", "name": "small-llava and Fictions-127", "version": own, "bom-ref": "datasets",
                "licenses": [{"license": {"id": "CC0-1.0"}}]}
    components = [datasets, *packages, *inside, *asked_for(folder)]
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components, sort_keys=True))  # equal for equal content
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
           "metadata": {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": root},
           "components": components,
           "dependencies": [{"ref": "lacuna", "dependsOn": [part["bom-ref"] for part in components if part["type"] != "file"]}]}
    path = folder / f"lacuna-{own}.cdx.json"
    path.write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: {len(inside)} libraries inside the wheel, {len(components)} components")


main()

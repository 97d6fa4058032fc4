#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/check.sh wheel|deb [bookworm|trixie]   (as root, after packaging/build.sh)
#
# Makes a bare Debian (debootstrap, minbase) in build/check, installs a package there as its users would, runs
# `lacuna doctor`, one method of the demo and the window (under a virtual X server outside of it, with a screenshot),
# uninstalls, and looks whether anything stayed. Mirrors, proxies, certificates and pip's settings are this machine's.
# LACUNA_WHEELS=DIR: wheels that pip and lacuna-get-torch take instead of downloading.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/common.sh
what=${1:-}
suite=${2:-bookworm}
case $what in wheel | deb) ;; *) echo "packaging/check.sh wheel|deb [bookworm|trixie]" >&2; exit 2 ;; esac
[ "$(id -u)" = 0 ] || fail "a bare system is made as root: sudo packaging/check.sh $*"
for program in debootstrap Xvfb xdotool import; do
    command -v $program >/dev/null || fail "$program is missing: apt install debootstrap xvfb xdotool imagemagick"
done

root=$PWD/build/check/$suite-$what
base=$PWD/build/check/$suite.tar
results=$PWD/build/check/results
wheels=${LACUNA_WHEELS:-}
display=${CHECK_DISPLAY:-:77}
mkdir -p build/check $results
say() { printf '\n== %s\n' "$*"; }

make_root() {
    if [ ! -f $base ]; then
        say "a bare Debian $suite"
        local mirror
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 '/debian/*$')
        debootstrap --variant=minbase "$suite" build/check/$suite.new "${MIRROR:-$mirror}" >build/check/$suite.log
        tar -C build/check/$suite.new -cf $base . && rm -rf build/check/$suite.new
    fi
    [ ! -e $root ] || { umount_all; rm -rf --one-file-system $root; }
    mkdir -p $root && tar -C $root -xf $base
    # How this machine reaches its mirrors.
    cp -L /etc/resolv.conf $root/etc/resolv.conf 2>/dev/null || true
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*proxy* /etc/pip.conf; do
        [ ! -f $file ] || install -D $file $root$file
    done
    install -D /etc/ssl/certs/ca-certificates.crt $root/tmp/certificates.crt
}

# inside COMMAND…: in the bare system, in namespaces of its own, with nothing of this session but how the network is reached.
inside() {
    unshare --mount --pid --ipc --fork --kill-child bash -c '
        root=$1; wheels=$2; shift 2
        mount -t proc proc $root/proc; mount --rbind /dev $root/dev
        mkdir -p $root/tmp/.X11-unix $root/packages; mount --bind /tmp/.X11-unix $root/tmp/.X11-unix
        mount --bind build/packages $root/packages
        [ -z "$wheels" ] || { mkdir -p $root/wheels; mount --bind "$wheels" $root/wheels; }
        exec chroot $root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            SSL_CERT_FILE=/tmp/certificates.crt PIP_CERT=/tmp/certificates.crt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
            ${wheels:+PIP_FIND_LINKS=/wheels} ${PIP_INDEX_URL:+PIP_INDEX_URL=$PIP_INDEX_URL} ${http_proxy:+http_proxy=$http_proxy} \
            ${https_proxy:+https_proxy=$https_proxy} "$@"' inside $root "$wheels" "$@"
}
umount_all() { :; }  # mounts live in the namespace of `inside` and end with it

add_user() { inside useradd -m -u $2 -K HOME_MODE=0755 $1; }  # NAME ID: others may look in
as_user() { inside setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/ann USER=ann "$@"; }

listing() {
    (cd $root && find . -xdev \( -path ./proc -o -path ./dev -o -path ./packages -o -path ./wheels -o -path ./tmp -o -name .cache \
        -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/dpkg -o -path ./home -o -name __pycache__ \) -prune -o -print | sort)
}

check_programs() {  # PREFIX: a folder with lacuna and lacuna-workbench
    local bin=$1
    say "doctor"
    as_user $bin/lacuna --version
    as_user $bin/lacuna doctor
    say "one method of the demo"
    as_user env -C /home/ann $bin/lacuna demo --only lumoe --out /home/ann/demo 2>/dev/null
    test -s $root/home/ann/demo/lumoe/run.h5
    test -s $root/home/ann/demo/figures/retention.png
    cp $root/home/ann/demo/figures/retention.png $results/$suite-$what-retention.png
    say "the window"
    check_window $bin
    say "without a home, in a locked one, without a display, on a display that is gone"
    expect 2 "HOME" inside setpriv --reuid=65534 --clear-groups env -u HOME $bin/lacuna doctor
    inside setpriv --reuid=65534 --clear-groups env -u HOME LACUNA_CACHE=/tmp/nobody $bin/lacuna model info embedded >/dev/null
    expect 2 "cannot be written" as_user env HOME=/root $bin/lacuna doctor
    expect 2 "no display" as_user env -u DISPLAY $bin/lacuna-workbench
    expect 2 "does not answer" as_user env DISPLAY=:98 $bin/lacuna-workbench
    say "two users at once"
    add_user ben 1001
    as_user $bin/lacuna run --method ga --order A --out /home/ann/twice 2>/dev/null &
    local first=$!
    inside setpriv --reuid=1001 --regid=1001 --clear-groups env HOME=/home/ben $bin/lacuna run --method ga --order A --out /home/ben/twice 2>/dev/null
    wait $first
    local one other
    one=$(as_user $bin/lacuna compare /home/ann/twice --columns fq,mu,exact_forget,exact_retain --csv)
    other=$(as_user $bin/lacuna compare /home/ben/twice --columns fq,mu,exact_forget,exact_retain --csv)
    [ "$one" = "$other" ] || fail "two users who ran the same have other figures: $one, $other"
}

# expect CODE WORDS COMMAND…: it ends with that code and says that, in one place, without a core dump.
expect() {
    local code=$1 words=$2 said got=0
    shift 2
    said=$("$@" 2>&1) || got=$?
    [ $got = "$code" ] && grep -qF -- "$words" <<<"$said" || fail "expected exit $code and \"$words\" of $*, got $got: $said"
    grep -F -m1 -- "$words" <<<"$said"
}

check_window() {
    local bin=$1 log=$results/$suite-$what-window.log started shown pid
    Xvfb $display -screen 0 1440x900x24 -nolisten tcp >/dev/null 2>&1 &
    local server=$!
    trap 'kill $server 2>/dev/null' EXIT
    sleep 1
    started=$(date +%s.%N)
    as_user env DISPLAY=$display $bin/lacuna-workbench /home/ann/demo >$log 2>&1 &
    local window=$!
    DISPLAY=$display timeout 60 xdotool search --sync --onlyvisible --name Lacuna >/dev/null || { cat $log; fail "no window came"; }
    shown=$(date +%s.%N)
    sleep 12  # the engine is loaded, and every picture drawn
    DISPLAY=$display import -window root $results/$suite-$what-window.png
    pid=$(pgrep -n -x lacuna-workbenc)  # as much of its name as the kernel keeps
    echo "window after $(awk "BEGIN{print $shown - $started}") s; resident $(awk '/VmRSS/{print int($2/1024)}' /proc/$pid/status) MiB with the engine loaded"
    kill -KILL $pid  # the first of its namespace: nothing weaker reaches it
    wait $window 2>/dev/null || true
    kill $server
    trap - EXIT
    [ ! -s $log ] || { echo "the window said:"; cat $log; }
    [ "$(convert $results/$suite-$what-window.png -format %k info:)" -gt 500 ] || fail "the screenshot is empty"
}

check_wheel() {
    local wheel started
    wheel=$(ls build/packages/lacuna_workbench-"$version"-*.whl)
    [ "$(stat -c %s $wheel)" -le 90000000 ] || fail "$wheel is over 90 MB"
    say "Python, and nothing else"
    inside apt-get update -qq
    inside apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
    add_user ann 1000
    as_user python3 -m venv /home/ann/v
    say "pip install"
    started=$(date +%s.%N)
    as_user env PIP_CACHE_DIR=/home/ann/.cache/pip /home/ann/v/bin/pip install -q /packages/"$(basename $wheel)"
    echo "installed after $(awk "BEGIN{print $(date +%s.%N) - $started}") s"
    check_programs /home/ann/v/bin
    as_user /home/ann/v/bin/python -c 'import lacuna; run = lacuna.open_run("/home/ann/demo/lumoe"); print(run.spec["method"], {name: len(next(iter(table.values()), [])) for name, table in run.tables.items()})'
    as_user /home/ann/v/bin/python -m lacuna --version >/dev/null
    say "another torch"
    as_user mkdir -p /home/ann/old/lib
    as_user sh -c "echo \"__version__ = '2.6.0'\" >/home/ann/old/version.py; : >/home/ann/old/lib/libtorch_cpu.so"
    expect 3 "is 2.6.0, this Lacuna needs" as_user env LACUNA_TORCH=/home/ann/old /home/ann/v/bin/lacuna methods
    say "uninstall"
    as_user /home/ann/v/bin/pip uninstall -q -y lacuna-workbench
    ! find $root/home/ann/v -iname '*lacuna*' | grep . || fail "these stayed"
}

check_deb() {
    say "lintian"
    lintian --fail-on error --tag-display-limit 0 build/packages/lacuna_"${version}"_*.deb build/packages/lacuna-workbench_"${version}"_*.deb
    inside apt-get update -qq
    add_user ann 1000
    listing >build/check/before
    inside apt-get install -y -qq --no-install-recommends /packages/lacuna_"${version}"_amd64.deb /packages/lacuna-workbench_"${version}"_amd64.deb >build/check/apt.log 2>&1 ||
        { tail -20 build/check/apt.log; fail "the packages could not be installed"; }
    say "without libtorch"
    expect 3 "lacuna-get-torch" as_user lacuna methods
    expect 2 "libtorch" as_user lacuna doctor
    inside lacuna-get-torch --system --yes --cpu ${wheels:+--from /wheels}
    check_programs /usr/bin
    inside sh -c 'man -w lacuna >/dev/null 2>&1 || test -f /usr/share/man/man1/lacuna.1.gz'
    say "remove and purge"
    inside apt-get remove -y -qq lacuna-workbench lacuna >/dev/null 2>&1
    test -d $root/var/lib/lacuna || fail "removing took what only purging may"
    inside apt-get purge -y -qq lacuna-workbench lacuna >/dev/null 2>&1
    inside apt-get autoremove -y -qq --purge >/dev/null 2>&1
    listing >build/check/after
    ! diff build/check/before build/check/after | grep -E '^[<>].*(lacuna|[Ll]acuna)' || fail "these stayed"
    diff build/check/before build/check/after >build/check/stayed || { echo "of other packages these stayed:"; grep -m 10 '^>' build/check/stayed; }
}

make_root
check_$what
say "$what on $suite: all is well; pictures in build/check/results"

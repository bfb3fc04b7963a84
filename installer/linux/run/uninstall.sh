#!/bin/sh
# Takes the program away; the school's data stay unless --purge.
set -e
PROGRAM=/opt/nexus-appliance
[ "$(id -u)" = 0 ] || {
    echo "OpenClass Nexus: jalankan sebagai root: sudo sh $0 $*" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$PROGRAM/setup/"* "$work"
sh "$work/prerm" remove
while read -r _rights path; do
    if [ "$path" != /etc/nexus-appliance/settings ] || [ "$1" = --purge ]; then
        rm -f "$path"
        case "$path" in
        /usr/local/share/*) rmdir -p --ignore-fail-on-non-empty "$(dirname "$path")" ;;
        esac
    fi
done <"$work/files"
rm -rf "$PROGRAM"
sh "$work/postrm" remove
if [ "$1" = --purge ]; then
    sh "$work/postrm" purge
fi

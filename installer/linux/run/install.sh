#!/bin/sh
# Installs on a Linux that has no dpkg; run by the self-extracting file, in the folder where it unpacked itself.
# Before, after and at the end it runs the scripts of the Debian package, which lie in scripts/.
set -e
umask 022
VERSION=@VERSION@
GLIBC=@GLIBC@
PROGRAM=/opt/nexus-appliance
KEPT=$PROGRAM/setup
export PATH="/usr/local/sbin:/usr/local/bin:$PATH"

say() { echo "OpenClass Nexus: $*" >&2; }
stop() {
    say "$*"
    exit 1
}
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

[ "$(id -u)" = 0 ] || stop "jalankan sebagai root: sudo sh nexus-appliance-$VERSION.run"
[ "$(uname -m)" = x86_64 ] || stop "diperlukan komputer 64 bit (x86_64). Pasang di komputer lain."
found=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
if [ -z "$found" ] || older "$found" "$GLIBC"; then
    stop "diperlukan glibc $GLIBC atau lebih baru, di sini ${found:-tidak ada}. Pasang di Linux yang lebih baru."
fi
for tool in setpriv useradd getent install; do
    command -v "$tool" >/dev/null || stop "program $tool tidak ada. Pasang util-linux, shadow, dan coreutils, lalu coba lagi."
done
if command -v dpkg-query >/dev/null && dpkg-query -W nexus-appliance >/dev/null 2>&1; then
    stop "paket .deb sudah terpasang. Perbarui dengan paket .deb, atau hapus dulu: apt remove nexus-appliance"
fi
mkdir -p /opt
free=$(df -Pk /opt | tail -n 1 | tr -s ' ' | cut -d' ' -f4)
needed=$(du -sk program | cut -f1)
[ "$free" -gt "$needed" ] || stop "ruang kosong di /opt hanya $((free / 1024)) MB, diperlukan $((needed / 1024)) MB."

before=$(cat "$KEPT/version" 2>/dev/null || true)
export NEXUS_INSTALLER="sudo -E sh nexus-appliance-$VERSION.run"
if [ -n "$before" ] && ! sh scripts/preinst upgrade "$before"; then
    sh "$KEPT/postinst" abort-upgrade
    exit 1
fi

# The new program is whole before it takes the place of the old one.
undo() {
    rm -rf "$PROGRAM.new"
    if [ -d "$PROGRAM.old" ]; then
        rm -rf "$PROGRAM"
        mv "$PROGRAM.old" "$PROGRAM"
        sh "$KEPT/postinst" abort-upgrade
    fi
    say "pemasangan gagal${before:+; versi $before tetap terpasang}."
}
trap undo EXIT
rm -rf "$PROGRAM.new" "$PROGRAM.old"
mkdir -m 0755 "$PROGRAM.new"
cp -a program/. "$PROGRAM.new"
mkdir "$PROGRAM.new/setup"
cp scripts/postinst scripts/prerm scripts/postrm files uninstall.sh "$PROGRAM.new/setup"
echo "$VERSION" >"$PROGRAM.new/setup/version"
chown -R root:root "$PROGRAM.new"
[ ! -d "$PROGRAM" ] || mv "$PROGRAM" "$PROGRAM.old"
mv "$PROGRAM.new" "$PROGRAM"
while read -r rights path; do
    if [ "$path" != /etc/nexus-appliance/settings ] || [ ! -e "$path" ]; then
        install -D -T -o root -g root -m "$rights" "tree$path" "$path"
    fi
done <files
trap - EXIT
rm -rf "$PROGRAM.old"
if command -v restorecon >/dev/null; then
    restorecon -R "$PROGRAM" || true
fi
sh "$KEPT/postinst" configure "$before"
say "versi $VERSION terpasang. Menghapus: sudo sh $KEPT/uninstall.sh (dengan --purge: data ikut dihapus)"

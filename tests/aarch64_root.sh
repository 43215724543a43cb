#!/bin/sh
# Fetches Debian's libraries for 64-bit ARM and unpacks them in a directory: what
# tests/aarch64.cmake compiles against. Nothing is installed; needs debootstrap,
# dpkg and root.
set -eu

if [ $# -ne 1 ] || [ -e "$1" ]; then
    echo 'usage: aarch64_root.sh DIR   (a directory that is not there yet)' >&2
    exit 2
fi
packages=libc6-dev,liblmdb-dev,libzstd-dev,libxxhash-dev,libstemmer-dev,libutf8proc-dev
packages=$packages,libfribidi-dev,libxml2-dev,libyajl-dev,libmd4c-dev,libarchive-dev
packages=$packages,libuchardet-dev,check,libsubunit-dev
debootstrap --arch=arm64 --foreign --variant=minbase --include="$packages" bookworm "$1"
for package in "$1"/var/cache/apt/archives/*.deb; do
    dpkg -x "$package" "$1"
done

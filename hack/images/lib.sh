# Shared by the image builders: cache, lock, packages, disk layout. Sourced, never run.
# Contract of a builder: standard output is the path(s) of what was built and nothing else; what it does goes to
# standard error. The name carries a digest of the builder's own files, so an unchanged builder answers from the cache.
# Calls at the same time are safe: one builds, the others wait and find it. Nothing appears under its final name half
# written. An image is not rebuilt because Debian published a newer package; VMCTL_IMAGES_REBUILD=1 does that.
set -euo pipefail
export LC_ALL=C

images_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache_root=${VMCTL_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vmctl}
cache=$cache_root/images

note() { printf 'images: %s\n' "$*" >&2; }
die() { note "$*"; exit 1; }

# digest_of FILE|FOLDER...: 12 hex digits over names and contents.
digest_of() {
  (cd "$images_dir" && find "$@" lib.sh -type f | sort -u | xargs -d '\n' sha256sum | sha256sum | cut -c1-12)
}

# with_cache NAME FILE... -- BUILD: prints the cached files, or calls BUILD with the lock held and $work as an empty
# folder in the cache; BUILD leaves basename(FILE) in $work for every FILE.
with_cache() {
  local name=$1 files=() file
  shift
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  local build=$2
  mkdir -p "$cache"
  if [ -n "${VMCTL_IMAGES_REBUILD:-}" ] || ! all_exist "${files[@]}"; then
    exec 9>"$cache/.$name.lock"
    flock 9
    if [ -n "${VMCTL_IMAGES_REBUILD:-}" ] || ! all_exist "${files[@]}"; then
      rm -rf "$cache/.build-$name".* # left by a builder that was killed: the lock says nobody is in there
      work=$(mktemp -d "$cache/.build-$name.XXXXXX")
      trap 'rm -rf "$work"' EXIT
      trap 'exit 130' INT
      trap 'exit 143' TERM
      "$build" >&2
      for file in "${files[@]}"; do
        chmod 0644 "$work/${file##*/}"
        mv -f "$work/${file##*/}" "$file"
      done
    fi
    exec 9>&-
  fi
  printf '%s\n' "${files[@]}"
}

all_exist() {
  local file
  for file in "$@"; do [ -s "$file" ] || return 1; done
}

# need_tools TOOL=PACKAGE...: installs the missing packages when root, else says which are missing.
need_tools() {
  local pair missing=()
  for pair in "$@"; do
    case ${pair%%=*} in
      /*) [ -e "${pair%%=*}" ] || missing+=("${pair#*=}") ;;
      *) PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || die "missing: ${missing[*]} (and no apt-get here to install them)"
  [ "$(id -u)" -eq 0 ] || die "missing packages; run: sudo apt-get install --no-install-recommends ${missing[*]}"
  note "installing ${missing[*]}"
  apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}" >&2
}

# Our own package lists, so that an ordinary user can fetch packages and the system's lists stay as they are.
apt_private() {
  local tool=$1
  shift
  mkdir -p "$cache_root/apt/lists/partial" "$cache_root/apt/cache/archives/partial"
  "$tool" -q -o Dir::State::Lists="$cache_root/apt/lists" -o Dir::Cache="$cache_root/apt/cache" \
    -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 "$@"
}

# The lists are shared by all builders, so one refreshes at a time.
apt_update() {
  mkdir -p "$cache_root/apt"
  (flock 8; apt_private apt-get update >/dev/null) 8>"$cache_root/apt/.lock" || die "apt-get update failed"
}

# unpack_packages FOLDER PACKAGE...: fetches (apt checks the signatures' hashes) and unpacks; installs nothing.
unpack_packages() {
  local into=$1 deb
  shift
  mkdir -p "$into" "$work/debs"
  (cd "$work/debs" && apt_private apt-get download "$@" >/dev/null) || die "cannot fetch $*"
  for deb in "$work"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner -C "$into" --exclude='./usr/share/doc' --exclude='./usr/share/man'
  done
  rm -rf "$work/debs"
}

# with_dependencies PACKAGE...: the packages and everything they need, by name.
with_dependencies() {
  apt_private apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances --no-pre-depends "$@" | grep '^[a-z0-9]' | sort -u
}

# kernel_packages: the newest kernel made for virtual machines (Debian's, else Ubuntu's) with its modules.
kernel_packages() {
  local meta image
  for meta in linux-image-cloud-amd64 linux-image-virtual; do
    image=$(apt_private apt-cache depends "$meta" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
    [ -n "$image" ] || continue
    echo "$image"
    apt_private apt-cache pkgnames "linux-modules-${image#linux-image-}" | grep -Fx "linux-modules-${image#linux-image-}" || true
    return
  done
  die "no kernel package for virtual machines found (linux-image-cloud-amd64, linux-image-virtual)"
}

# copy_modules FROM TO NAME...: the kernel modules and all they depend on, uncompressed, with modules.dep.
# A name that the kernel has built in is no error.
copy_modules() {
  local from=$1 to=$2 version tree name path
  shift 2
  [ -d "$from/usr/lib/modules" ] && tree=$from/usr/lib/modules || tree=$from/lib/modules
  version=$(ls "$tree" | head -n 1)
  mkdir -p "$to/lib/modules/$version"
  depmod -b "${tree%/lib/modules}" "$version"
  for name in "$@"; do
    path=$(grep -E "/${name//[_-]/[_-]}\.ko(\.[a-z0-9]+)?:" "$tree/$version/modules.dep" || true)
    printf '%s\n' "${path/:/}" | tr ' ' '\n'
  done | sort -u | sed '/^$/d' | while read -r path; do
    mkdir -p "$to/lib/modules/$version/${path%/*}"
    case $path in
      *.xz) xz -dc "$tree/$version/$path" >"$to/lib/modules/$version/${path%.xz}" ;;
      *.zst) zstd -qdc "$tree/$version/$path" >"$to/lib/modules/$version/${path%.zst}" ;;
      *) cp "$tree/$version/$path" "$to/lib/modules/$version/$path" ;;
    esac
  done
  cp "$tree/$version/modules.builtin" "$to/lib/modules/$version/"
  depmod -b "$to" "$version" 2>/dev/null
  find "$to/lib/modules/$version" -name 'modules.*' ! -name modules.dep ! -name modules.alias -delete
}

# copy_programs FROM TO PROGRAM...: into TO/bin, with the libraries the package tree's own loader names.
copy_programs() {
  local from=$1 to=$2 loader paths program library
  shift 2
  mkdir -p "$to/bin" "$to/lib64" "$to/lib/x86_64-linux-gnu"
  loader=$(find "$from" -path '*-linux-gnu/ld-linux-x86-64.so.2' | head -n 1)
  paths=$from/lib/x86_64-linux-gnu:$from/usr/lib/x86_64-linux-gnu
  cp -L "$loader" "$to/lib64/ld-linux-x86-64.so.2"
  for program in "$@"; do
    cp "$from/$program" "$to/bin/"
    "$loader" --library-path "$paths" --list "$from/$program"
  done | sed -n 's/.*=> \([^ ]*\) .*/\1/p' | sort -u | while read -r library; do
    case $library in */ld-linux*) ;; *) cp -L "$library" "$to/lib/x86_64-linux-gnu/${library##*/}" ;; esac
  done
}

# make_cpio FOLDER FILE: a reproducible, compressed initramfs; everything belongs to root.
make_cpio() {
  (cd "$1" && find . -exec touch -h -d @0 {} + && find . | sort | cpio -o -H newc -R 0:0 --reproducible --quiet) | gzip -9n >"$2"
}

# Little-endian bytes for the partition table.
le32() { printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 24 & 255)))"; }

# partition INDEX START SECTORS TYPE FLAG: one 16-byte MBR entry at its place in FILE. CHS fields say "use LBA".
partition() {
  local file=$1 index=$2 start=$3 sectors=$4 type=$5 flag=$6
  { printf "\\x$flag\\xfe\\xff\\xff\\x$type\\xfe\\xff\\xff"; le32 "$start"; le32 "$sectors"; } |
    dd of="$file" bs=1 seek=$((446 + 16 * index)) conv=notrunc status=none
}

# boot_code FILE: syslinux's MBR program (starts the active partition) and the signature.
boot_code() {
  dd if=/usr/lib/syslinux/mbr/mbr.bin of="$1" bs=440 count=1 conv=notrunc status=none
  printf '\x55\xaa' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
}

# fat_partition FILE START SECTORS LABEL [CLUSTER]: an empty FAT file system inside the disk image. A boot loader reads the
# table sector by sector: with clusters of 64 sectors there are few of them.
fat_partition() {
  mformat ${5:+-c "$5"} -i "$1@@$(($2 * 512))" -T "$3" -h 64 -s 32 -H "$2" -v "$4" -N 564d4354 ::
}

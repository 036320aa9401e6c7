# Part of hack/quickstart: what is here, what will be done, one question. Changes nothing.

data=/var/lib/vmctl/up
own=$root/.vmctl
log=$own/quickstart.log
key=$own/quickstart_ed25519
needed_node=20.19 needed_etcd=3.4
needed_memory=700 needed_disk=2000 # MiB

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

report() { printf '  %-12s%s\n' "$1" "$2"; }

# A reason to stop, told with all the others before anything is changed.
problems=()
problem() { problems+=("$1"); }

# Behind sudo the checkout, the key and the caches belong to the user who called it.
as_user() {
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_UID:-}" ] && [ "$SUDO_UID" != 0 ]; then
    sudo -H -u "#$SUDO_UID" -g "#$SUDO_GID" env "PATH=$PATH" "$@"
  else
    "$@"
  fi
}

look() {
  echo "vmctl quickstart: a control plane and a first guest on this machine"
  echo
  report system "$os_name, $machine"
  look_at_user
  look_at_node
  look_at_etcd
  look_at_libvirt
  look_at_kvm
  look_at_room
  look_at_ports
  look_at_data
  collect_packages
  if [ ${#problems[@]} -gt 0 ]; then
    echo
    echo "This cannot work yet; nothing was changed:" >&2
    printf '  %s\n' "${problems[@]}" >&2
    exit 2
  fi
  say_plan
}

look_at_user() {
  if [ "$(id -u)" -eq 0 ]; then
    report user "root${SUDO_USER:+, for $SUDO_USER}"
  elif command -v sudo >/dev/null; then
    report user "$(id -un); sudo for packages and for \`vmctl up\`"
  else
    report user "$(id -un), and there is no sudo"
    problem "neither root nor sudo: run this as root, or install sudo and let $(id -un) use it"
  fi
}

look_at_node() {
  local found
  found=$(node -p process.versions.node 2>/dev/null) || found=none
  report node "$found ($needed_node or newer is needed)"
}

look_at_etcd() {
  local found
  found=$(etcd --version 2>/dev/null | sed -n 's/^etcd Version: //p')
  report etcd "${found:-not installed} ($needed_etcd or newer is needed; one of its own is run, yours is not touched)"
  if [ -n "$found" ] && ! version_at_least "$found" $needed_etcd; then
    problem "etcd $found is too old and first in PATH: https://github.com/etcd-io/etcd/releases has newer ones"
  fi
}

look_at_libvirt() {
  local socket
  if [ -f "$data/state.json" ] && [ -d "$data/libvirt" ]; then
    if own_libvirt_runs; then report libvirt "one of our own runs in $data/libvirt"
    else report libvirt "one of our own is in $data/libvirt, not running: it will be started"; fi
    return
  fi
  for socket in /run/libvirt/virtqemud-sock /run/libvirt/libvirt-sock; do
    [ -S $socket ] && { report libvirt "answers at $socket"; return; }
  done
  if [ -x "$(command -v virtqemud)" ] || [ -x "$(command -v libvirtd)" ]; then
    if [ -d /run/systemd/system ]; then report libvirt "installed, not running: its service will be started"
    else report libvirt "installed, no systemd: one of our own will be run in $data/libvirt"; fi
  else
    report libvirt "not installed"
  fi
}

# After a restart of the machine its socket is there still: somebody must be behind it.
own_libvirt_runs() {
  local pid
  pid=$(cat "$data/libvirt/run/libvirtd.pid" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = libvirtd ]
}

# What `vmctl up` would refuse, so that nothing is installed in vain: cmd/up/begin-folder.ts.
look_at_data() {
  local path found=()
  [ -f "$data/state.json" ] && return
  grep -qsx 'vmctl up has begun to make a control plane here' "$data/unfinished" && return
  for path in "$data"/{certificates,console,etcd,images,libvirt,logs,node,run,state.json,state.json.new,unfinished,up.pid}; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    # What others put into the folder of the images stays there and is in nobody's way.
    [ "$path" = "$data/images" ] && [ -d "$path" ] && [ ! -L "$path" ] || found+=("$path")
  done
  [ ${#found[@]} -gt 0 ] || return 0
  problem "$data holds no control plane of ours, and in the place of what one would write there is $(sed 's/ /, /g' <<<"${found[*]}"): move that away"
}

# Only the device; the node proves KVM by booting a kernel with it.
look_at_kvm() {
  if [ ! -e /dev/kvm ]; then report kvm "no /dev/kvm: guests are emulated, about ten times slower"
  elif ! grep -Eqw 'vmx|svm' /proc/cpuinfo; then report kvm "/dev/kvm without CPU support: guests are emulated"
  else report kvm "/dev/kvm is there; the node will boot a kernel to see whether it works"; fi
}

look_at_room() {
  local memory disk
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  disk=$(free_disk /var/lib)
  report memory "$memory MiB available ($needed_memory are needed)"
  report disk "$disk MiB free in /var/lib, $(free_disk "$root") MiB here ($needed_disk are needed)"
  [ "$memory" -ge $needed_memory ] || problem "only $memory MiB of memory are available: end something, or use a larger machine"
  [ "$disk" -ge $needed_disk ] || problem "only $disk MiB are free in /var/lib: make room"
  [ "$(free_disk "$root")" -ge $needed_disk ] || problem "only $(free_disk "$root") MiB are free in $root: make room"
}

free_disk() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

look_at_ports() {
  local port taken=''
  if [ -e $data/up.pid ]; then report ports "as in $data"; return; fi
  for port in 23790 23791 23792 23793; do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && taken="$taken $port"
  done
  if [ -n "$taken" ]; then report ports "taken on 127.0.0.1:$taken; free ones will be used instead"
  else report ports "23790 to 23793 on 127.0.0.1 are free"; fi
}

# Sets `packages`: lines of "name: why", and the group of hack/install-deps that they are.
packages='' image_is_cached='' package_group=quickstart
collect_packages() {
  local answer
  if cached_image >/dev/null; then image_is_cached=1 package_group=run; fi
  # What it lists is the plan, what it complains of a problem.
  answer=$("$root/hack/install-deps" --for $package_group --dry-run 2>&1) ||
    problem "$(sed '/^install-deps:   [a-z0-9.+-]*: /d; s/^install-deps: //' <<<"$answer")"
  packages=$(sed -n 's/^install-deps:   //p' <<<"$answer" | sort)
}

# The image if it needs no building. Its builder would answer the same, but builds when it does not find it.
cached_image() {
  local home cache digest
  home=$(as_user sh -c 'echo "${VMCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vmctl}"')
  cache=$home/images
  digest=$(cd "$root/hack/images" && find tiny tiny.d lib.sh -type f | sort -u | xargs -d '\n' sha256sum | sha256sum | cut -c1-12)
  [ -s "$cache/tiny-$digest.qcow2" ]
}

modules_are_fresh() { as_user node "$root/hack/node-modules-are-fresh.mjs" 2>/dev/null; }

build_is_fresh() {
  local sources=(bin cmd apply controllers hypervisor placement resources runtime store package.json hack/build.mjs)
  [ -e "$root/dist/main.js" ] || return 1
  [ -z "$(cd "$root" && find "${sources[@]}" -newer dist/main.js -print -quit 2>/dev/null)" ]
}

say_plan() {
  local libraries='already there' build='already there'
  modules_are_fresh || libraries="npm ci, into node_modules/"
  build_is_fresh || build="into dist/"
  echo
  echo "It will"
  if [ -n "$packages" ]; then
    report install "with apt-get, as root:"
    sed 's/^/                /' <<<"$packages"
  else report install "nothing: every package is there"; fi
  report libraries "$libraries"
  report build "$build"
  report image "${image_is_cached:+already there}${image_is_cached:-a bootable one of 13 MB, from Debian packages}" | sed 's/there1$/there/'
  report start "etcd, controller and node: \`vmctl up\`, as root, data in $data"
  report boot "an instance \"hello\" with 256 MiB, which you can reach by ssh"
  echo
}

ask() {
  local answer
  [ -z "$yes" ] && [ -t 0 ] || return 0
  printf 'Go on? [Y/n] '
  read -r answer
  case $answer in ''|y|Y|yes|Yes|YES) ;; *) echo "Nothing was changed."; exit 0 ;; esac
}

# Part of hack/quickstart: the steps, each with a name; one that fails says which, why and what to do.

vmctl() { as_user "$root/bin/vmctl" "$@"; }

run_steps() {
  as_user mkdir -p "$own"
  as_user sh -c ': >"$1"' - "$log"
  echo "What the steps print is in ${log#"$root"/}"
  if [ "$(id -u)" -ne 0 ]; then sudo -v || fail "sudo" "it did not let you in" "run this as root, or as a user who may sudo"; fi
  [ -z "$packages" ] || step packages "see above; \`sudo apt-get install\` by hand often says more" install_packages
  modules_are_fresh || step libraries "the registry must be reachable: npm ping; behind a proxy: npm config set proxy URL" \
    as_user npm ci --no-audit --no-fund
  build_is_fresh || step build "a clean checkout builds: git status shows what differs" as_user npm run build
  step image "VMCTL_IMAGES_REBUILD=1 hack/images/tiny builds it anew; it needs the package mirror" build_image
  step key "ssh-keygen is in the package openssh-client" make_key
  start_control_plane
  step manifests "the folder manifests/quickstart/ must be writable for you" write_manifests
  step apply "./bin/vmctl doctor looks at every precondition" vmctl apply -f manifests/quickstart/
  wait_for_guest
}

step() { # NAME WHAT-TO-DO COMMAND...
  local name=$1 remedy=$2 began=$SECONDS
  shift 2
  printf '  %-12s' "$name"
  { echo; echo "== $name: $*"; } >>"$log"
  if ! "$@" >>"$log" 2>&1 </dev/null; then
    echo "failed"
    fail "$name" "$(tail -n 8 "$log")" "$remedy"
  fi
  echo "done ($((SECONDS - began)) s)"
}

fail() { # STEP WHY WHAT-TO-DO
  {
    echo
    echo "The step \"$1\" failed:"
    sed 's/^/  /' <<<"$2"
    echo "What to do: $3"
    echo "Then run hack/quickstart again: it goes on where it stopped. All that was printed: $log"
  } >&2
  exit 1
}

install_packages() {
  "$root/hack/install-deps" --for "$package_group"
}

build_image() {
  image=$(as_user "$root/hack/images/tiny") && [ -s "$image" ]
}

make_key() {
  [ -s "$key" ] && [ -s "$key.pub" ] && return
  as_user ssh-keygen -q -t ed25519 -N '' -C vmctl-quickstart -f "$key"
}

# In sight, because sudo may ask and because it says itself what it waits for.
start_control_plane() {
  "$root/bin/vmctl" up --data "$data" 2>&1 | tee -a "$log" | sed 's/^/  /;s/^    /  /'
  [ "${PIPESTATUS[0]}" -eq 0 ] || fail up "see above" "./bin/vmctl doctor looks at every precondition; logs are in $data/logs"
}

# An image that is there already stays: the Image object holds the digest that every copy must have.
write_manifests() {
  local folder=$root/manifests/quickstart
  [ -s $data/images/tiny.qcow2 ] || { as_user cp "$image" $data/images/tiny.qcow2.new && as_user mv $data/images/tiny.qcow2.new $data/images/tiny.qcow2; } || return
  sed "s|@SSH_KEY@|$(cat "$key.pub")|" "$folder/hello.template" | as_user sh -c 'cat >"$1"' - "$folder/hello.yaml"
}

# One line per change while it waits. In one shell, which ends its own watch: sudo would not pass our signal on.
watch_until_ready='
  "$1" get instance hello --watch 2>>"$2" & watch=$!
  trap "kill $watch 2>/dev/null" EXIT
  trap "exit 130" INT TERM
  "$1" wait --for=condition=Ready instance/hello --timeout=150s >>"$2" 2>&1
'

wait_for_guest() {
  local began=$SECONDS
  as_user sh -c "$watch_until_ready" - "$root/bin/vmctl" "$log" > >(sed -u 's/^/  /') ||
    fail guest "$(vmctl describe instance hello 2>&1 | tail -n 15)" "./bin/vmctl describe instance hello says what it waits for"
  address=$(vmctl get instance hello -o json | as_user node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).status.addresses.find((a) => !a.ip.includes(":")).ip')
  until_true 30 guest_said_ready || fail console "$(tail -n 5 "$console")" "look at $console: the guest did not come up whole"
  until_true 30 ssh_works || fail ssh "$(ssh_works 2>&1)" "try it by hand: $(ssh_line)"
  report guest "reached by ssh ($((SECONDS - began)) s)"
}

console=$data/console/default.hello.console.log
# Of its last boot.
guest_lines() {
  tr -d '\r' <"$console" 2>/dev/null | awk '/^vmctl-tiny: hostname=/ { said = "" } /^vmctl-tiny:/ { said = said $0 "\n" } END { printf "%s", said }'
}
guest_said_ready() { guest_lines | grep -qx 'vmctl-tiny: ready'; }

# A guest built anew has a new host key and often an old address; it is one network card away on this machine.
ssh_options=(-i "${key#"$root"/}" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR)
ssh_line() { echo "ssh ${ssh_options[*]} root@$address"; }
ssh_works() { as_user ssh "${ssh_options[@]}" -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=5 "root@$address" true </dev/null; }

until_true() { # SECONDS COMMAND...
  local until=$((SECONDS + $1))
  shift
  until "$@" >>"$log" 2>&1; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.2
  done
}

private_libvirt=/var/lib/vmctl/up/libvirt/run/libvirt-sock

show_result() {
  echo
  vmctl get instances -o wide
  echo
  echo "What the guest printed ($console):"
  guest_lines | sed 's/^/  /'
  echo
  echo "Reach it from this folder with"
  echo "  $(ssh_line)"
  echo
  cat <<TEXT
What to try next, as $(as_user id -un), without flags:
  ./bin/vmctl get instances -w                  one line per change, until Ctrl-C
  ./bin/vmctl describe instance hello           spec, status, conditions, events
  ./bin/vmctl stop instance/hello               and start, restart
  ./bin/vmctl delete instance hello --wait
  ./bin/vmctl doctor                            every precondition, ok or how to mend it
  ./bin/vmctl down                              stops the control plane, the guest runs on
  ./bin/vmctl down --purge                      removes everything that is ours and only that
TEXT
  # Plain virsh looks for the machine's own libvirt, which this is not.
  if [ -S "$private_libvirt" ]; then
    echo "  sudo virsh -c 'qemu+unix:///system?socket=$private_libvirt' list     the guest as libvirt sees it"
  fi
}

interface FlagHint {
  readonly flags: readonly string[];
  /** Of these commands only. */
  readonly of?: readonly string[];
  readonly hint: string;
}

const CHANGES = ["patch", "edit", "replace", "label", "annotate", "scale"];

/** kubectl's flags that we have not: why, or what has their place. The first that fits. */
const HINTS: readonly FlagHint[] = [
  {
    flags: ["--as", "--as-group", "--as-uid", "--as-user-extra"],
    hint: "you are whom your certificate names: --cert and --key, or --context",
  },
  {
    flags: ["--context", "--endpoints"],
    of: ["up", "down"],
    hint: "--data DIR says which control plane of this machine is meant",
  },
  { flags: ["--kubeconfig"], hint: "the file is ~/.config/vmctl/config.yaml, or what VMCTL_CONFIG says" },
  { flags: ["--cluster", "--user"], hint: "a context holds it all: --context" },
  { flags: ["--server", "-s"], hint: "there is no API server: --endpoints says where etcd is" },
  { flags: ["--token", "--username", "--password"], hint: "etcd knows users by certificate: --cert and --key" },
  { flags: ["--certificate-authority"], hint: "--cacert" },
  { flags: ["--client-certificate"], hint: "--cert" },
  { flags: ["--client-key"], hint: "--key" },
  {
    flags: ["--insecure-skip-tls-verify", "--tls-server-name"],
    hint: "etcd's certificate is always verified: --cacert names who signed it",
  },
  { flags: ["--cache-dir", "--cached"], hint: "nothing is cached" },
  { flags: ["--raw"], of: ["get", "create", "replace", "delete"], hint: "there is no API server; etcdctl shows keys" },
  { flags: ["--raw", "--flatten"], hint: "a context holds paths, no secrets: vmctl config view shows it all" },
  {
    flags: ["--subresource"],
    hint: "the status is the controllers': get and describe show it; vmctl scale changes replicas",
  },
  { flags: ["--template"], hint: "-o jsonpath=TEMPLATE" },
  {
    flags: ["--server-print", "--allow-missing-template-keys"],
    hint: "-o wide and -o custom-columns=… choose columns",
  },
  { flags: ["--field-selector"], hint: "it is get's: `vmctl get KIND --field-selector … -o name` gives the names" },
  { flags: ["-A", "--all-namespaces"], hint: "one namespace at a time: -n NAMESPACE" },
  { flags: ["-k", "--kustomize"], hint: "kustomize is kubectl's: kubectl kustomize DIR | vmctl {command} -f -" },
  { flags: ["--record", "--save-config"], hint: "who set a field, and each template of a set, are kept by themselves" },
  { flags: ["--local"], hint: "--dry-run=cluster -o yaml prints what would be, and writes nothing" },
  { flags: ["--validate"], hint: "manifests are always validated, as with --validate=strict" },
  { flags: ["--openapi-patch"], hint: "lists are merged by their keys (vmctl explain)" },
  { flags: ["--force"], of: ["apply"], hint: "nothing is deleted to be changed: --force-conflicts, or vmctl recreate" },
  { flags: ["--force"], of: ["delete"], hint: "a host always has its say; --now gives the guest no time" },
  { flags: ["--overwrite"], of: ["apply"], hint: "--force-conflicts takes over what others have set" },
  {
    flags: ["-l", "--selector", "--all", "--prune-allowlist"],
    of: ["apply", "diff"],
    hint: "the files say which; --prune deletes what --applyset NAME held before",
  },
  { flags: ["--prune"], of: ["diff"], hint: "vmctl apply --prune prints what goes, and asks if it is much" },
  {
    flags: ["--wait", "--timeout", "--grace-period", "--cascade"],
    of: ["apply", "replace"],
    hint: "afterwards: vmctl wait --for=condition=Ready -f FILE --timeout=2m",
  },
  { flags: ["--timeout"], of: ["scale"], hint: "afterwards: vmctl rollout status instanceset/NAME --timeout=2m" },
  { flags: ["--dry-run"], of: ["delete"], hint: "vmctl get with the same words lists what would go" },
  { flags: ["-i", "--interactive"], of: ["delete"], hint: "vmctl get with the same words lists what would go" },
  { flags: ["-o", "--output"], of: ["delete", "wait"], hint: "a line per object is printed; --quiet prints none" },
  { flags: ["--edit"], of: ["create"], hint: "vmctl edit KIND NAME, once it is there" },
  { flags: ["--image"], of: ["run"], hint: "run takes a request of etcd-compute; a manifest: vmctl apply -f FILE" },
  {
    flags: ["--image", "--replicas"],
    of: ["create"],
    hint: "manifests say all: vmctl create -f FILE (vmctl explain)",
  },
  { flags: ["--sort-by"], of: ["events"], hint: "events come in the order of time, the newest last" },
  { flags: ["--chunk-size"], hint: "large lists are always read in pages" },
  {
    flags: ["-f", "--filename", "-o", "--output", "--output-patch", "--windows-line-endings"],
    of: ["edit"],
    hint: "name objects: vmctl edit KIND/NAME; they are edited as YAML",
  },
  {
    flags: ["-f", "--filename", "-l", "--selector"],
    of: ["rollout", "cordon", "uncordon"],
    hint: "name them: `vmctl get KIND -l LABELS -o name` gives the names",
  },
  { flags: ["--api-version", "--output", "--api-group", "--verbs"], hint: "there is one version of every kind" },
  { flags: ["--show-managed-fields"], of: CHANGES, hint: "vmctl get KIND NAME -o yaml --show-managed-fields" },
];

/** What to say of a flag that a command of ours does not know; `undefined` if kubectl has none of this name. */
export function flagHint(flag: string, command: string): string | undefined {
  const found = HINTS.find(({ flags, of }) => flags.includes(flag) && (of?.includes(command) ?? true));
  return found?.hint.replace("{command}", command);
}

/** The least of each kind that is of use, as a file holds it. Another kind has none. */
export const EXAMPLE_MANIFESTS: Readonly<Record<string, string>> = {
  Instance: `
apiVersion: compute.vmctl/v1alpha1
kind: Instance
metadata:
  name: web-1
spec:
  image: {name: debian}
  resources: {vcpu: 1, memory: 512Mi, disk: 4Gi}
`,
  InstanceSet: `
apiVersion: compute.vmctl/v1alpha1
kind: InstanceSet
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      image: {name: debian}
      resources: {vcpu: 1, memory: 512Mi, disk: 4Gi}
`,
  Image: `
apiVersion: compute.vmctl/v1alpha1
kind: Image
metadata:
  name: debian
spec:
  source: {url: https://images.example.net/debian-12.qcow2}
  checksum: {url: https://images.example.net/SHA512SUMS}
`,
  Hypervisor: `
apiVersion: compute.vmctl/v1alpha1
kind: Hypervisor
metadata:
  name: host-1
  labels: {zone: a}
spec:
  taints:
    - {key: gpu, effect: NoSchedule}
`,
  Flavor: `
apiVersion: compute.vmctl/v1alpha1
kind: Flavor
metadata:
  name: small
spec:
  resources: {vcpu: 1, memory: 1Gi, disk: 10Gi}
`,
  Secret: `
apiVersion: compute.vmctl/v1alpha1
kind: Secret
metadata:
  name: web-user-data
spec:
  data:
    userData: |
      #cloud-config
      package_update: true
`,
  Namespace: `
apiVersion: compute.vmctl/v1alpha1
kind: Namespace
metadata:
  name: team
spec:
  limits: {instances: 20}
`,
};

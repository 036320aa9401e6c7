import { describeHypervisor } from "../../conformance/hypervisor.ts";
import { startLibvirtWorld } from "./libvirt-world.ts";

const differences = { outlives: false, crashes: false, transient: false, bootSeconds: 0 };

describeHypervisor("libvirt's test driver", differences, () => startLibvirtWorld("test"));

/** Set by the build (`0.1.0`, or `0.1.0+abc1234` from a checkout); `dev` when the sources run as they are. */
export const VERSION: string = process.env.VMCTL_VERSION ?? "dev";

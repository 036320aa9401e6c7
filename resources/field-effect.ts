/**
 * What a change of a field does to an instance that already runs. Carried by the schema as `effect`, read by
 * diff, apply, the controllers and the reference; a field inherits the effect of the one above it.
 *
 * live        takes effect without touching the guest
 * restart     shown in RestartRequired until the guest restarts (by itself or by `vmctl restart`)
 * guestConfig the guest reads it once per instance-id: GuestConfigApplied=False/NeedsRecreate
 * recreate    needs a new disk: RecreateRequired, done only with updatePolicy.recreate OnChange or `vmctl recreate`
 * bound       may change only until the instance is bound to a hypervisor; refused afterwards
 */
export type FieldEffect = "live" | "restart" | "guestConfig" | "recreate" | "bound";

/** How a list merges: by the value of a key, as a set, or replaced whole. */
export type ListType = "map" | "set" | "atomic";

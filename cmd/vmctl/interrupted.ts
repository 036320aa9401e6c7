/** Ctrl-C or SIGTERM while a command ran; the reason of every command's signal. Exit status 130, nothing to say. */
export class Interrupted extends Error {}

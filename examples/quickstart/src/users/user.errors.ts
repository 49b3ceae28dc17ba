import { defineError } from "armature";

/** Thrown by the service, declared by the routes, and so known to the document and to clients. */
export const EmailTaken = defineError(409, "EMAIL_TAKEN", { description: "Another user has this email." });

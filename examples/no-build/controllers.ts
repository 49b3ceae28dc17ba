import { defineModule, del, get, inject, notFound, post } from "armature";
import { z } from "zod";

const Note = z.object({ id: z.number().int(), title: z.string(), tags: z.array(z.string()) });
const NewNote = z.object({ title: z.string().min(1).max(100), tags: z.array(z.string()).default([]) });
const NoteId = z.object({ id: z.coerce.number().int().positive() });
const NoteFilter = z.object({ tag: z.string().optional() });

type Note = z.output<typeof Note>;
type NewNote = z.output<typeof NewNote>;

/** Keeps notes as long as the process lives. */
class NoteStore {
  readonly #notes = new Map<number, Note>();
  #lastId = 0;

  add(note: NewNote): Note {
    const kept = { id: ++this.#lastId, ...note };
    this.#notes.set(kept.id, kept);
    return kept;
  }

  find(id: number): Note | undefined {
    return this.#notes.get(id);
  }

  list(tag: string | undefined): Note[] {
    return [...this.#notes.values()].filter((note) => tag === undefined || note.tags.includes(tag));
  }

  remove(id: number): boolean {
    return this.#notes.delete(id);
  }
}

/** Routes as fields: no decorator, no written type, and the class's own type knows them all. */
export class NoteController {
  static readonly path = "/notes";
  readonly #notes = inject(NoteStore);

  readonly list = get("/", { query: NoteFilter, response: z.array(Note) }, ({ query }) =>
    this.#notes.list(query.tag),
  );

  readonly find = get(
    "/:id",
    { params: NoteId, response: Note },
    ({ params }) => this.#notes.find(params.id) ?? notFound(`There is no note ${params.id}.`),
  );

  readonly create = post("/", { body: NewNote, response: { 201: Note } }, ({ body, reply }) => {
    const note = this.#notes.add(body);
    return reply(201, note).header("location", `/notes/${note.id}`);
  });

  readonly remove = del("/:id", { params: NoteId, response: { 204: null } }, ({ params }) => {
    if (!this.#notes.remove(params.id)) notFound(`There is no note ${params.id}.`);
  });
}

export const NoteModule = defineModule({
  name: "NoteModule",
  providers: [NoteStore],
  controllers: [NoteController],
});

// Generated from the routes of an application; do not edit.

/** The routes of the API; for `createClient`. */
export interface Api {
  readonly __table?: readonly [Routes];
}

interface Routes {
  readonly "/":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
      };
  readonly "/api/admin/stats":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
      };
  readonly "/api/events":
    | {
        readonly method: "GET";
        readonly input: { readonly query: { readonly count?: number | undefined; readonly everyMs?: number | undefined } };
        readonly answers: unknown;
      };
  readonly "/api/uploads":
    | {
        readonly method: "POST";
        readonly input: unknown;
        readonly answers: { readonly 201: { files: { id: string; name: string; type: string; bytes: number }[] } };
      };
  readonly "/api/users":
    | {
        readonly method: "GET";
        readonly input: { readonly query: { readonly search?: string | undefined; readonly limit?: number | undefined } };
        readonly answers: { readonly 200: { id: number; name: string; email: string }[] };
      }
    | {
        readonly method: "POST";
        readonly input: { readonly body: { readonly name: string; readonly email: string } };
        readonly answers: { readonly 201: { id: number; name: string; email: string } };
      };
  readonly "/api/users/:id":
    | {
        readonly method: "DELETE";
        readonly input: { readonly params: { readonly id: number } };
        readonly answers: { readonly 204: undefined };
      }
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly id: number } };
        readonly answers: { readonly 200: { id: number; name: string; email: string } };
      }
    | {
        readonly method: "PUT";
        readonly input: { readonly params: { readonly id: number }; readonly body: { readonly name: string; readonly email: string } };
        readonly answers: { readonly 200: { id: number; name: string; email: string } };
      };
  readonly "/assets/*path":
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly path: string } };
        readonly answers: unknown;
      };
}

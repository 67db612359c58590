/** A query with the type of what it gives. */
interface Query<Data, Variables> {
  readonly text: string;
  /** Never there; it ties the types to the text. */
  readonly types?: (variables: Variables) => Data;
}

interface Contact {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly organization: { readonly id: string; readonly name: string } | null;
}

interface ContactsData {
  readonly group: {
    readonly contacts: {
      readonly nodes: readonly Contact[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

const CONTACTS: Query<ContactsData, { group: string; search: string | null; after: string | null }> = {
  text: `query ($group: ID!, $search: String, $after: String) {
    group(fullPath: $group) {
      contacts(search: $search, first: 20, after: $after) {
        nodes { id firstName lastName email organization { id name } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`,
};

/** Asks Tieline (or GitLab) with a person's own token. */
export function createClient(url: string, token: string) {
  async function ask<Data, Variables>({ text }: Query<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await fetch(`${url}/api/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text, variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (answer.errors || !answer.data) throw new Error(answer.errors?.[0]?.message ?? 'no answer');
    return answer.data;
  }

  return {
    /** Every contact that the search finds, page by page. */
    async *contacts(group: string, search: string | null = null): AsyncGenerator<Contact> {
      for (let after: string | null = null, more = true; more; ) {
        const data: ContactsData = await ask(CONTACTS, { group, search, after });
        if (!data.group) throw new Error(`there is no group ${group}, or you may not see it`);
        yield* data.group.contacts.nodes;
        const { hasNextPage, endCursor } = data.group.contacts.pageInfo;
        after = endCursor;
        more = hasNextPage;
      }
    },
  };
}

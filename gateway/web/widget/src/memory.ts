/** What a tab remembers over a reload. Where storage is forbidden, as in some frames, this page's life is all there is. */

export type Remembered = {
  token?: string | undefined;
  expiresAt?: number | undefined;
  conversations?: string[] | undefined;
  answer?: string | undefined;
  language?: string | undefined;
  isOpen?: boolean | undefined;
};

export class Memory {
  private kept: Remembered;

  constructor(private readonly key: string) {
    try {
      this.kept = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Remembered;
    } catch {
      this.kept = {};
    }
  }

  get now(): Readonly<Remembered> {
    return this.kept;
  }

  keep(change: Remembered): void {
    this.kept = { ...this.kept, ...change };
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      // Nothing to do: the page still remembers until it is left.
    }
  }
}

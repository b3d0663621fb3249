// The copies that a browser keeps of text which the server has not acknowledged yet, one for each person, dossier, field and page.
// localStorage and not IndexedDB: a copy is written before the keystroke's event ends, so neither a crash nor a closed tab loses it.

const MARK = "copie";
const KEPT_FOR = 30 * 24 * 3600 * 1000;

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(`${MARK}:`));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** What one person has in this browser is erased, in the pages that are open too: they keep no more until the server knows them again. */
export function forgetCopiesOf(person) {
  try {
    for (const key of keys()) if (key.startsWith(`${MARK}:${person}:`)) localStorage.removeItem(key);
    localStorage.setItem(`${MARK}-oubli:${person}`, String(Date.now()));
  } catch {
    // no storage, nothing kept
  }
}

export class Copies {
  constructor(person, dossier) {
    this.person = person;
    this.owner = `${MARK}:${person}:${dossier}:`;
    this.page = Math.random().toString(36).slice(2, 10);
    this.works = true;
    this.purge();
  }

  /** Keeps what a field holds now; false when this browser cannot. */
  keep(name, copy) {
    if (this.stopped) return;
    try {
      localStorage.setItem(`${this.owner}${name}:${this.page}`, JSON.stringify({ ...copy, at: new Date().toISOString() }));
      this.works = true;
    } catch {
      this.works = false; // full, or refused by the person's settings: the page says so
    }
  }

  forget(name) {
    this.remove(`${this.owner}${name}:${this.page}`);
  }

  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // no storage, nothing kept
    }
  }

  /** What other pages left for a field, the latest first. */
  found(name) {
    try {
      return keys()
        .filter((key) => key.startsWith(`${this.owner}${name}:`) && !key.endsWith(`:${this.page}`))
        .map((key) => ({ key, ...read(key) }))
        .filter((copy) => Array.isArray(copy.pairs))
        .sort((one, other) => other.at.localeCompare(one.at));
    } catch {
      return [];
    }
  }

  /** Calls `gone(key)` when another page erases a copy; after a sign-out this page keeps none, until `resume`. */
  watch(gone) {
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key === `${MARK}-oubli:${this.person}` && newValue) this.stopped = true;
      else if (key?.startsWith(this.owner) && newValue === null) gone(key);
    });
  }

  resume() {
    this.stopped = false;
  }

  get stand() {
    return this.works && !this.stopped;
  }

  purge() {
    try {
      for (const key of keys()) if (!(Date.now() - Date.parse(read(key)?.at) < KEPT_FOR)) localStorage.removeItem(key);
    } catch {
      this.works = false;
    }
  }
}

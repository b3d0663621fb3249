// What people type, read as the server reads it (calls/reading.py, kit/money.py, kit/days.py): a value, or null where there is none.
// Numbers come as BigInt hundredths: no answer and no bound has more than two decimals. What this module cannot read is undefined.

const LONGEST_LINE = 1_000;
const LONGEST_TEXT = 100_000;
const EARLIEST_YEAR = 1800;
const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
const UNACCENTED = { fevrier: "février", aout: "août", decembre: "décembre" };
const LIGATURES = { œ: "oe", æ: "ae", ß: "ss" };

export function cleanText(text) {
  const lines = text.replace(/\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]/g, "\n");
  const kept = lines.replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, (sign) => (/[\n\t\u200c\u200d\u{e0020}-\u{e007f}]/u.test(sign) ? sign : ""));
  return kept.normalize("NFC").trim();
}

export function cleanLine(text) {
  return cleanText(text).replace(/[ \t\n]+/g, " ").trim();
}

/** Words as searches compare them: lower-case, without accents, punctuation made spaces (kit/search_key.py). */
export function searchKey(text) {
  const folded = text.toLowerCase().replace(/[œæß]/g, (sign) => LIGATURES[sign]).normalize("NFKD").replace(/\p{M}/gu, "");
  return folded.replace(/[^0-9a-z@]+/g, " ").trim();
}

export function hundredths(text) {
  const [, sign, whole, part = ""] = /^(-?)([0-9]+)(?:\.([0-9]{1,2}))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const size = BigInt(whole + part.padEnd(2, "0"));
  return sign ? -size : size;
}

function countWords(text) {
  const joined = text.replace(/(?<=\p{Nd})[\u00a0\u202f\u2007](?=\p{Nd})/gu, "");
  return joined.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

const length = (text) => [...text].length;

function readDecimal(text) {
  if (length(text) > 60) return null;
  let body = text.replace(/[ \t\u00a0\u202f\u2007\u2009]+/g, " ").trim().replace(/\s*(€|euros?|eur)$/iu, "");
  const negative = /^[-\u2212]/.test(body);
  body = negative ? body.slice(1).trimStart() : body.replace(/^\+/, "").trimStart();
  const match =
    /^(?<whole>[0-9]+)(?:[.,](?<part>[0-9]+))?$/.exec(body) ??
    /^(?<whole>[0-9]{1,3}(?<group>[ .,])[0-9]{3}(?:\k<group>[0-9]{3})*)(?:(?!\k<group>)[.,](?<part>[0-9]+))?$/.exec(body);
  if (!match || /^(?!0\.)[0-9]{1,3}\.[0-9]{3}$/.test(body)) return null; // « 1.234 » is a thousand for one, and one and a bit for another
  const whole = match.groups.whole.replace(/[^0-9]/g, "");
  const part = match.groups.part ?? "";
  if (whole.replace(/^0+/, "").length > 15 || part.length > 2) return null;
  return hundredths(`${negative ? "-" : ""}${whole}.${part || "0"}`);
}

function readDay(question, text, { latest_year: latestYear, today }) {
  const trimmed = length(text) > 40 ? "" : text.trim().toLowerCase();
  const { day, month, year } =
    (
      /^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})$/.exec(trimmed) ??
      /^(?<day>[0-9]{1,2})[ \t\n]?[/.\- ][ \t\n]?(?<month>[0-9]{1,2})[ \t\n]?[/.\- ][ \t\n]?(?<year>[0-9]{4})$/.exec(trimmed) ??
      /^(?<day>[0-9]{1,2})(?:er)?\s+(?<month>[a-zûé]+)\s+(?<year>[0-9]{4})$/.exec(trimmed)
    )?.groups ?? {};
  if (!year) return null;
  const number = /^[0-9]/.test(month) ? Number(month) : MONTHS.indexOf(UNACCENTED[month] ?? month) + 1;
  const [y, d] = [Number(year), Number(day)];
  const exists = number >= 1 && number <= 12 && d >= 1 && d <= new Date(Date.UTC(2000 + (y % 400), number, 0)).getUTCDate();
  if (!exists || y < EARLIEST_YEAR || y > latestYear) return null;
  const iso = `${year}-${String(number).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
  return question.past && iso > today ? null : iso;
}

function readNumber(question, text) {
  const bare = question.unit && text.endsWith(question.unit) ? text.slice(0, -question.unit.length).trim() : text;
  const number = readDecimal(question.kind === "number" ? bare : text);
  if (number === null || (question.kind === "number" && question.whole && number % 100n !== 0n)) return null;
  if (question.minimum !== null && number < hundredths(question.minimum)) return null;
  return question.maximum !== null && number > hundredths(question.maximum) ? null : number;
}

const readText = (question, text) => (question.max_words !== null && countWords(text) > question.max_words ? null : text);
const among = (question, text) => (question.choices.includes(text) ? text : null);
const READERS = {
  short_text: readText,
  long_text: readText,
  number: readNumber,
  amount: readNumber,
  date: readDay,
  yes_no: (_, text) => ({ oui: true, non: false })[text] ?? null,
  single_choice: among,
};
const AREAS = ["commune", "epci", "departement"];

function several(texts) {
  return [...new Set(texts.slice(0, 100).map((text) => [...cleanLine(text)].slice(0, 120).join("").trim()).filter(Boolean))];
}

/** The value of the `texts` sent for a question: undefined where only the server can tell. */
export function readTyped(question, texts, dates) {
  if (texts === undefined) return undefined;
  if (question.kind === "multiple_choice" || AREAS.includes(question.kind)) {
    const given = several(texts);
    if (given.length === 0) return null;
    if (question.kind === "multiple_choice") {
      return given.every((text) => question.choices.includes(text)) ? given : null;
    }
    return question.several || given.length === 1 ? given : null;
  }
  const read = READERS[question.kind];
  if (!read) return undefined;
  const isLong = question.kind === "long_text";
  const text = texts.slice(0, 100).map(isLong ? cleanText : cleanLine).find(Boolean) ?? "";
  if (!text || length(text) > (isLong ? LONGEST_TEXT : LONGEST_LINE)) return null;
  return read(question, text, dates);
}

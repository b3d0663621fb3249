// What conditions make of a page for what is typed in it: the mirror of calls/conditions. The server decides; this shows it at once.
import { hundredths, readTyped, searchKey } from "./typed-values.js";

const ORDER = {
  equals: (answer, value) => answer === value,
  different: (answer, value) => answer !== value,
  greater: (answer, value) => answer > value,
  at_least: (answer, value) => answer >= value,
  less: (answer, value) => answer < value,
  at_most: (answer, value) => answer <= value,
};

function lies(places, value, within) {
  const known = places.map((place) => (place === value ? [value] : within[place]));
  if (known.some((around) => around?.includes(value))) return true;
  return known.every(Boolean) ? false : undefined;
}

/** True or false; undefined where only the server can tell. */
function rowHolds({ operator, value }, kind, answer, within) {
  if (answer === undefined) return undefined;
  if (operator === "not_answered") return answer === null;
  if (answer === null) return false;
  if (operator === "answered") return true;
  if (operator === "in_area" || operator === "not_in_area") {
    const found = lies(answer, value, within);
    return found === undefined ? undefined : found === (operator === "in_area");
  }
  if (operator === "contains" || operator === "not_contains") {
    const held = kind.endsWith("_text") ? searchKey(answer).includes(searchKey(value)) : answer.includes(value);
    return held === (operator === "contains");
  }
  if (operator === "one_of") return [answer].flat().some((one) => value.includes(one));
  return ORDER[operator](answer, typeof answer === "bigint" ? hundredths(value) : value);
}

/**
 * `form` is what calls/conditions/mirror.py describes; `typed` the texts of its questions by key; `hidden` the keys hidden as it stands,
 * which stay so where only the server can tell. Returns the keys to hide, and those that their condition makes required.
 */
export function evaluate(form, typed, hidden = new Set()) {
  const kinds = { ...form.kinds };
  const values = {};
  for (const [key, value] of Object.entries(form.known)) {
    const isNumber = ["number", "amount"].includes(kinds[key]) && value !== null;
    values[key] = isNumber ? hundredths(value) : value;
  }
  const holds = (condition) => {
    if (!condition) return true;
    const decisive = condition.mode === "any";
    const found = condition.rows.map((row) => {
      const isKnown = Object.hasOwn(values, row.question); // a question that stands later has no answer yet
      return rowHolds(row, kinds[row.question] ?? "", isKnown ? values[row.question] : null, form.within);
    });
    if (found.includes(decisive)) return decisive;
    return found.includes(undefined) ? undefined : !decisive;
  };
  const result = { hidden: [], required: [] };
  for (const question of form.questions) {
    const isHidden = !(holds(question.shown_if) ?? !hidden.has(question.key));
    const must = question.required_if ? holds(question.required_if) : false;
    kinds[question.key] = question.kind;
    if (isHidden) result.hidden.push(question.key);
    else if (must) result.required.push(question.key);
    const read = isHidden ? null : readTyped(question, typed[question.key], form);
    values[question.key] = read === undefined && Object.hasOwn(form.given, question.key) ? form.given[question.key] : read;
  }
  return result;
}

import {
  MAX_BIGINT_BITS,
  MAX_BUILT_LIST,
  MAX_BUILT_STRING,
  MAX_GUEST_WORK,
  MAX_PATTERN_LENGTH,
  MAX_SEARCH_PRODUCT,
} from '../limits.ts'
import { MIXED_FALSE, MIXED_NULL, MIXED_NUMBER, MIXED_TEXT, MIXED_TRUE, SEPARATOR, TEXTS } from './cells.ts'
import { PROTOCOL_NAMES } from './protocols.ts'

/**
 * What runs first in a new QuickJS context. It has no function of the host; text goes in and text comes out.
 *
 * - `$in` makes values of a message (see encode.ts), `$out` a message of a result (see decode.ts), `$fail` one of an error.
 * - Objects are never converted to primitives: they are copies, and the conversion may be the application's.
 * - Built-ins whose time or memory does not follow from the size of the data are bounded: the deadline is only
 *   looked at between the steps of a program, not inside a native call.
 */
export const PRELUDE = `'use strict';
($buffer) => {
  const { getOwnPropertyDescriptor, defineProperty, getPrototypeOf, setPrototypeOf, keys } = Object;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { asIntN } = BigInt;
  const TAG = '\\u0000';
  class Stop { constructor(text) { this.text = text } }
  const stop = (text) => { throw new Stop(text) };
  const unsafe = (of) => stop('o["unsafe",' + stringify(of) + ']');
  const exceeded = (budget) => stop('x' + budget);

  const refuse = () => unsafe('conversion of an object');

  // Values in

  const define = (object, key, value, enumerable) =>
    defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
  const poison = (object, key, raw, enumerable) =>
    defineProperty(object, key, { get: () => stop('o' + stringify(raw[TAG].slice(1))), enumerable, configurable: true });
  const isSpecial = (raw) => isArray(raw[TAG]);
  const isPoison = (raw) => typeof raw === 'object' && raw !== null && isSpecial(raw) && raw[TAG][0] === 'p';

  // A function of the application: it is there, and nothing can be seen of it. (It has no toJSON: JSON leaves it out.)
  const Function$ = Proxy;
  const closed = {};
  for (const name of Object.getOwnPropertyNames(Reflect)) closed[name] = () => unsafe('function');
  closed.get = (_target, key) => key === 'toJSON' ? undefined : unsafe('function');

  const PROTOCOLS = ${JSON.stringify(PROTOCOL_NAMES)}.map((name) => Symbol[name]).concat(Symbol());
  const close = (object, places) => {
    for (const place of places) defineProperty(object, PROTOCOLS[place], { get: () => unsafe('symbol'), enumerable: true });
  };

  function revive(message) {
    const objects = [];
    const prototypes = [];
    const put = (object, key, raw, enumerable) =>
      isPoison(raw) ? poison(object, key, raw, enumerable) : define(object, key, value(raw), enumerable);
    function value(raw) {
      if (typeof raw !== 'object' || raw === null) return raw;
      if (isArray(raw)) {
        objects.push(raw);
        for (let i = 0; i < raw.length; i++) {
          const item = raw[i];
          if (typeof item !== 'object' || item === null) continue;
          if (isSpecial(item) && item[TAG][0] === 'h') delete raw[i];
          else put(raw, i, item, true);
        }
        return raw;
      }
      if (!isSpecial(raw)) {
        objects.push(raw);
        for (const key of keys(raw)) {
          const item = raw[key];
          if (typeof item === 'object' && item !== null) put(raw, key, item, true);
        }
        return raw;
      }
      const [tag, a, b, c] = raw[TAG];
      switch (tag) {
        case 'u': return undefined;
        case 'n': return a === undefined ? NaN : a === '-0' ? -0 : Number(a);
        case 'b': return BigInt(a);
        case 'r': return objects[a];
      }
      const index = objects.push(undefined) - 1;
      switch (tag) {
        case 'f': return objects[index] = new Function$(() => {}, closed);
        case 'd': return objects[index] = new Date(a === null ? NaN : a);
        case 'R': {
          const regexp = objects[index] = new RegExp(a, b);
          regexp.lastIndex = c;
          return regexp;
        }
        case 't': return objects[index] = new globalThis[a](b.map(value));
        case 'm': {
          const map = objects[index] = new Map();
          for (const [k, v] of a) map.set(value(k), value(v));
          return map;
        }
        case 's': {
          const set = objects[index] = new Set();
          for (const item of a) set.add(value(item));
          return set;
        }
        default: {
          // 'x'
          const object = objects[index] = {};
          for (const [k, v, enumerable] of a) put(object, k, v, enumerable === 1);
          const [number, base, inherited, inheritedProtocols] = b;
          close(object, c);
          if (prototypes[number] === undefined) {
            const prototype = prototypes[number] = {};
            if (base === 'null') define(prototype, Symbol.toPrimitive, refuse, false);
            setPrototypeOf(prototype, base === 'null' ? null : base === 'error' ? Error.prototype : Object.prototype);
            for (const [k, v] of inherited) put(prototype, k, v, false);
            close(prototype, inheritedProtocols);
          }
          setPrototypeOf(object, prototypes[number]);
          return object;
        }
      }
    }
    const values = [1];
    for (let i = 1; i < message.length; i++) values[i] = value(message[i]);
    values.objects = objects;
    return values;
  }

  function $in(text) {
    work = ${MAX_GUEST_WORK};
    const message = parse(text);
    return message[0] === 0 ? message : revive(message);
  }

  // Values in, without objects: see cells.ts

  const $numbers = new Float64Array($buffer);
  const $begin = () => { work = ${MAX_GUEST_WORK} };
  const call = Reflect.apply;
  const { split } = String.prototype;
  const { slice } = Array.prototype;
  const separator = [${JSON.stringify(SEPARATOR)}];
  const $texts = (text) => {
    const texts = call(split, text, separator);
    if (texts.length === $numbers[${TEXTS}] + 1) return texts;
  };
  const $mixed = (at, texts) => {
    const value = $numbers[at + 1];
    switch ($numbers[at]) {
      case ${MIXED_NUMBER}: return value;
      case ${MIXED_TEXT}: return texts[value];
      case ${MIXED_TRUE}: return true;
      case ${MIXED_FALSE}: return false;
      case ${MIXED_NULL}: return null;
    }
  };
  /** Elements are their numbers. Nobody can change the list. */
  const rows = [];
  let latest = [];
  const $rows = (count) => {
    if (latest.length === count) return latest;
    while (rows.length < count) rows.push(rows.length);
    return latest = call(slice, rows, [0, count]);
  };

  /** The objects of a message without special values, in the order of its text. */
  function objectsOf(values) {
    if (values.objects !== undefined) return values.objects;
    const objects = [];
    const visit = (value) => {
      if (typeof value !== 'object' || value === null) return;
      objects.push(value);
      if (isArray(value)) for (let i = 0; i < value.length; i++) visit(value[i]);
      else for (const key of keys(value)) visit(value[key]);
    };
    for (let i = 1; i < values.length; i++) visit(values[i]);
    return objects;
  }

  // Results out

  function $out(result, values) {
    switch (typeof result) {
      case 'boolean': return result ? 't' : 'f';
      case 'number': return result === 0 && 1 / result < 0 ? 'n-0' : 'n' + result;
      case 'string': return 's' + stringify(result);
      case 'undefined': return 'u';
      case 'bigint': return mustBeSmall(result), 'b' + result;
      case 'object': return result === null ? '0' : 'j' + stringify(encode(result, values));
      case 'function': return values.objects?.includes(result) ? 'j' + stringify(encode(result, values)) : unsafe('function');
      default: return unsafe(typeof result);
    }
  }

  function encode(root, values) {
    const indexes = new Map();
    objectsOf(values).forEach((object, index) => indexes.set(object, index));
    /** Objects that the program made, numbered as they are met: one that is met again is that one. */
    const made = new Map();
    const open = new Set();
    const special = (...content) => ({ __proto__: null, [TAG]: content });
    function raw(value) {
      switch (typeof value) {
        case 'undefined': return special('u');
        case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? value : special('n', Object.is(value, -0) ? '-0' : '' + value);
        case 'bigint': return mustBeSmall(value), special('b', '' + value);
        case 'function': {
          const index = indexes.get(value);
          return index === undefined ? unsafe('function') : special('r', index);
        }
        case 'symbol': return unsafe('symbol');
        case 'object': return value === null ? null : object(value);
        default: return value;
      }
    }
    function object(value) {
      const index = indexes.get(value);
      if (index !== undefined) return special('r', index);
      if (open.has(value)) return unsafe('cycle');
      const number = made.get(value);
      if (number !== undefined) return special('i', number);
      made.set(value, made.size);
      open.add(value);
      const content = fresh(value);
      open.delete(value);
      return content;
    }
    function fresh(value) {
      if (builtIn.has(value)) return unsafe('prototype');
      if (isArray(value)) {
        const items = [];
        for (let i = 0; i < value.length; i++) items[i] = i in value ? raw(value[i]) : special('h');
        const named = keys(value).filter((key) => '' + (key >>> 0) !== key);
        return named.length === 0 ? items : special('a', items, named.map((key) => [key, raw(value[key])]));
      }
      const prototype = getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) {
        return special(prototype === null ? 'N' : 'o', keys(value).map((key) => [key, raw(value[key])]));
      }
      if (prototype === Date.prototype) return special('d', time(value));
      if (prototype === Map.prototype) return special('m', [...value].map(([k, v]) => [raw(k), raw(v)]));
      if (getPrototypeOf(prototype) === TypedArray.prototype) return special('t', value[Symbol.toStringTag], Array.from(value, raw));
      if (prototype === Set.prototype) return special('s', [...value].map(raw));
      return unsafe(value[Symbol.toStringTag] ?? 'object');
    }
    return raw(root);
  }
  const time = Function.prototype.call.bind(Date.prototype.getTime);

  function $fail(error) {
    if (error instanceof Stop) return error.text;
    const message = '' + error.message;
    if (message === '' || message === 'out of memory' || message === 'string too long') return 'xmemory';
    if (message === 'stack overflow') return 'xstack';
    // QuickJS forgets that nobody may catch it when it closes an iterator on the way.
    if (message === 'interrupted') return 'xtime';
    if (message.startsWith('too many arguments')) return 'xfuel';
    return 'e' + message.slice(0, 300);
  }

  const $text = (value) => { readText(value); return \`\${value}\` };
  /** What is spread in a list: an iterator is gone through here, where the deadline is looked at. */
  const $spread = (value) => {
    const size = typeof value === 'string' ? value.length : sizeOf(value);
    spend(size);
    if (size > 0 || typeof value !== 'object' || value === null || isArray(value) || typeof value[Symbol.iterator] !== 'function' || typeof value.next !== 'function') return value;
    const items = [];
    for (const item of value) { spend(1); items.push(item) }
    return items;
  };
  const $properties = (value) => {
    if (value === null || value === undefined) return value;
    // A character becomes a property: 0.5 µs, and the list of the keys is not needed to know how many there are.
    spend(typeof value === 'string' ? value.length * 10 : keys(value).length);
    // QuickJS takes no characters out of a text.
    return typeof value === 'string' ? Object.fromEntries(Object.entries(value)) : value;
  };
  const $stop = (input) => stop('S' + input);

  // Bounds

  // The deadline is looked at every ten thousand steps or so, and one step can be a native call over a long list or
  // text. So these are counted: one for an element or 16 units of text, 30 to 60 ns each.
  let work = Infinity;
  const spend = (amount) => { if ((work -= amount) < 0) exceeded('fuel') };
  const sizeOf = (value) => {
    if (typeof value === 'string') return value.length / 16;
    if (typeof value !== 'object' || value === null) return 0;
    return isArray(value) || isView(value) ? value.length : value instanceof Map || value instanceof Set ? value.size : 0;
  };
  const readText = (value) => { if (typeof value === 'string') spend(value.length / 16) };

  const mustBeSmall = (value) => { if (asIntN(${MAX_BIGINT_BITS}, value) !== value) exceeded('fuel') };
  const bits = (value) => { let n = 1; while (asIntN(n, value) !== value) n *= 2; return BigInt(n) };
  const big = (a, b) => typeof a === 'bigint' && typeof b === 'bigint' && (mustBeSmall(a), mustBeSmall(b), true);
  const $times = (a, b) => { big(a, b); return a * b };
  const $shift = (a, b) => { if (big(a, b) && b > ${MAX_BIGINT_BITS}n) exceeded('fuel'); return a << b };
  const $power = (a, b) => {
    if (big(a, b) && a !== 0n && a !== 1n && a !== -1n && (b > ${MAX_BIGINT_BITS}n || bits(a) * b > ${MAX_BIGINT_BITS}n)) exceeded('fuel');
    return a ** b;
  };

  // QuickJS has -1n > -0.5: the sign of the number gets lost against a negative BigInt.

  const { floor } = Math;
  const mixed = (a, b) => typeof a !== typeof b && ((typeof a === 'bigint' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'bigint'));
  /** Below, at or above zero as a is to b; NaN when they have no order. */
  const compare = (a, b) => {
    if (typeof a === 'number') return -compare(b, a);
    if (b - b !== 0) return -b;
    const below = BigInt(floor(b));
    return a < below ? -1 : a > below ? 1 : floor(b) === b ? 0 : -1;
  };
  const $less = (a, b) => mixed(a, b) ? compare(a, b) < 0 : a < b;
  const $atMost = (a, b) => mixed(a, b) ? compare(a, b) <= 0 : a <= b;
  const $greater = (a, b) => mixed(a, b) ? compare(a, b) > 0 : a > b;
  const $atLeast = (a, b) => mixed(a, b) ? compare(a, b) >= 0 : a >= b;
  const $equal = (a, b) => { readText(a); return mixed(a, b) ? compare(a, b) === 0 : a == b };
  const $same = (a, b) => { if (typeof a === 'string') readText(a); return a === b };
  const $different = (a, b) => { if (typeof a === 'string') readText(a); return a !== b };
  const $added = (sum) => { readText(sum); return sum };
  const $unequal = (a, b) => !$equal(a, b);

  function bound(holder, name, test) {
    const original = holder[name];
    const apply = Reflect.apply;
    define(holder, name, function (...args) { test(this, args); return apply(original, this, args) }, false);
  }
  const searched = (self, [wanted]) => {
    if (typeof wanted === 'string' && self.length * wanted.length > ${MAX_SEARCH_PRODUCT}) exceeded('fuel');
    readText(self);
  };
  for (const name of ['includes', 'indexOf', 'lastIndexOf', 'startsWith', 'endsWith']) bound(String.prototype, name, searched);
  for (const name of ['concat', 'normalize', 'slice', 'substring', 'substr', 'toLowerCase', 'toUpperCase', 'toWellFormed',
    'isWellFormed', 'trim', 'trimStart', 'trimEnd']) bound(String.prototype, name, readText);
  // A text that becomes a pattern: QuickJS looks at the deadline every ten thousand places where it tries the whole of it.
  const patternOf = (wanted) => { if (typeof wanted === 'string' && wanted.length > ${MAX_PATTERN_LENGTH}) exceeded('bytes') };
  for (const name of ['match', 'matchAll', 'search']) {
    bound(String.prototype, name, (self, [wanted]) => { patternOf(wanted); readText(self) });
  }
  const RegExp$ = new Function$(RegExp, {
    construct: (target, args) => { patternOf(args[0]); return Reflect.construct(target, args) },
    apply: (target, self, args) => { patternOf(args[0]); return call(target, self, args) },
  });
  bound(String.prototype, 'split', (self, args) => {
    searched(self, args);
    if (self.length > ${MAX_BUILT_STRING}) exceeded('bytes');
    spend(self.length / 4);
  });
  for (const name of ['replace', 'replaceAll']) {
    bound(String.prototype, name, (self, args) => {
      searched(self, args);
      const inserted = typeof args[1] === 'string' ? args[1].length : 0;
      if (self.length > ${MAX_BUILT_STRING} || self.length * inserted > ${MAX_SEARCH_PRODUCT}) exceeded('bytes');
    });
  }
  bound(String.prototype, 'repeat', (self, [count]) => {
    if (self.length * count > ${MAX_BUILT_STRING}) exceeded('bytes');
    spend(self.length * count / 16 || 0);
  });
  for (const name of ['padStart', 'padEnd']) {
    bound(String.prototype, name, (_self, [length]) => {
      if (length > ${MAX_BUILT_STRING}) exceeded('bytes');
      spend(length / 16 || 0);
    });
  }
  const elements = (self) => spend(self.length);
  const listSearched = (self, [wanted]) => {
    if (typeof wanted === 'string' && self.length * wanted.length > ${MAX_SEARCH_PRODUCT}) exceeded('fuel');
    elements(self);
    if (typeof wanted === 'string') spend(self.length * wanted.length / 64);
  };
  const joined = (self, [separator]) => {
    let length = self.length * (typeof separator === 'string' ? separator.length : 1);
    for (let i = 0; i < self.length && length <= ${MAX_BUILT_STRING}; i++) if (typeof self[i] === 'string') length += self[i].length;
    if (length > ${MAX_BUILT_STRING}) exceeded('bytes');
    spend(self.length + length / 16);
  };
  const TypedArray = getPrototypeOf(Uint8Array);
  for (const { prototype } of [Array, TypedArray]) {
    for (const name of ['includes', 'indexOf', 'lastIndexOf']) bound(prototype, name, listSearched);
    bound(prototype, 'join', joined);
    bound(prototype, 'slice', elements);
  }
  for (const name of ['toSorted', 'toReversed', 'with']) bound(TypedArray.prototype, name, (self) => spend(self.length * 16));
  bound(Array.prototype, 'concat', (self, args) => {
    elements(self);
    for (const arg of args) spend(sizeOf(arg));
  });
  // QuickJS makes the result of these before it has read what goes in; when reading an element runs a getter (here: poison)
  // and that collects garbage, it follows pointers that are not there yet. So they work on a copy that is complete.
  const copyOf = (list) => {
    if (list.length > ${MAX_BUILT_LIST}) exceeded('fuel');
    const copy = [];
    for (let i = 0; i < list.length; i++) copy.push(list[i]);
    return copy;
  };
  const { sort, reverse, splice } = Array.prototype;
  const replace = Array.prototype.with;
  define(Array.prototype, 'toSorted', function (compare) {
    const copy = copyOf(this);
    let size = copy.length;
    for (const item of copy) if (typeof item === 'string') size += item.length / 16;
    spend(size * 2 * (32 - Math.clz32(copy.length)));
    return sort.call(copy, compare);
  }, false);
  define(Array.prototype, 'toSpliced', function (...args) {
    const copy = copyOf(this);
    splice.apply(copy, args);
    return copy;
  }, false);
  define(Array.prototype, 'toReversed', function () { return reverse.call(copyOf(this)) }, false);
  define(Array.prototype, 'with', function (index, value) { return replace.call(copyOf(this), index, value) }, false);
  // A fold is the one construct that can make something ever larger.
  const $grown = (value) => {
    if (typeof value === 'string' && value.length > ${MAX_BUILT_STRING}) exceeded('bytes');
    if (isArray(value) && value.length > ${MAX_BUILT_LIST}) exceeded('memory');
    return value;
  };
  const $growing = (callback) =>
    typeof callback === 'function' ? (a, b, c, d) => $grown(callback(a, b, c, d)) : callback;
  // Natively, these two would follow a million paths through a few shared arrays without a look at the deadline.
  define(Array.prototype, 'flat', function (depth = 1) {
    const result = [];
    const add = (list, levels) => {
      for (let i = 0; i < list.length; i++) {
        if (!(i in list)) continue;
        const item = list[i];
        if (isArray(item) && levels >= 1) add(item, levels - 1);
        else result.push(item);
      }
    };
    // Not Number(depth), which takes a BigInt.
    add(this, +depth);
    return result;
  }, false);
  const { stringify: write } = JSON;
  define(JSON, 'stringify', (...args) => {
    const open = new Set();
    let left = ${MAX_BUILT_LIST};
    const count = (value) => {
      if (--left < 0) exceeded('fuel');
      spend(1);
      if (typeof value !== 'object' || value === null || open.has(value)) return;
      open.add(value);
      if (isArray(value)) for (let i = 0; i < value.length; i++) count(value[i]);
      else for (const key of keys(value)) count(value[key]);
      open.delete(value);
    };
    count(args[0]);
    return write(...args);
  }, false);
  for (const name of ['keys', 'values', 'entries']) {
    const list = Object[name];
    define(Object, name, (value) => {
      const result = list(value);
      spend(result.length);
      return result;
    }, false);
  }
  bound(JSON, 'parse', (_self, [text]) => { if (typeof text === 'string') spend(text.length / 2) });
  bound(Array, 'from', (_self, [list]) => {
    if (list !== null && typeof list === 'object' && list.length > ${MAX_BUILT_LIST}) exceeded('fuel');
  });
  for (const name of ['asIntN', 'asUintN']) {
    bound(BigInt, name, (_self, [count]) => { if (count > ${MAX_BIGINT_BITS}) exceeded('fuel') });
  }
  const text = BigInt;
  const limited = (value) => {
    if (typeof value === 'string' && value.length > ${MAX_BIGINT_BITS}) exceeded('fuel');
    return text(value);
  };
  define(limited, 'name', 'BigInt', false);
  for (const name of ['prototype', 'asIntN', 'asUintN']) define(limited, name, text[name], false);

  // No conversion of objects

  define(Object.prototype, Symbol.toPrimitive, refuse, false);
  define(Date.prototype, Symbol.toPrimitive, function (hint) { return hint === 'number' ? time(this) : refuse() }, false);
  for (const type of [Object, Function, Date, RegExp, Error]) define(type.prototype, 'toString', refuse, false);
  for (const type of [Array, TypedArray]) define(type.prototype, 'toString', function () { return this.join() }, false);
  for (const type of [Object]) define(type.prototype, 'valueOf', refuse, false);
  define(Date.prototype, 'toJSON', function () { return time(this) - time(this) === 0 ? this.toISOString() : null }, false);
  defineProperty(Object.prototype, '__proto__', { get: () => unsafe('__proto__'), configurable: false });

  // Methods of iterators (newer than the oldest Node.js that we serve) lose track of memory when a callback ends early.
  const Iterator = getPrototypeOf(getPrototypeOf([].values()));
  for (const name of Object.getOwnPropertyNames(Iterator)) if (name !== 'constructor') delete Iterator[name];
  delete globalThis.Iterator;
  const builtIn = new Set(Reflect.ownKeys(globalThis).map((name) => globalThis[name]?.prototype));
  for (const each of [TypedArray.prototype, Iterator, ...[[], '', new Map(), new Set()].map((x) => getPrototypeOf(x[Symbol.iterator]()))]) builtIn.add(each);
  builtIn.delete(undefined);

  const operators = { $grown, $growing, $same, $different, $added, $spread, $properties, $times, $power, $shift, $less, $atMost, $greater, $atLeast, $equal, $unequal };

  // Nothing that a program could name makes code or tells the time.

  for (const name of ['eval', 'Function', 'Proxy', 'Promise', 'WeakRef', 'FinalizationRegistry']) delete globalThis[name];
  for (const each of [function () {}, function* () {}, async function () {}, async function* () {}]) {
    defineProperty(getPrototypeOf(each), 'constructor', { get: () => unsafe('function'), configurable: false });
  }
  delete Math.random;
  delete Date.now;
  for (const [name, value] of Object.entries({ ...operators, $numbers, $begin, $texts, $mixed, $rows, $in, $out, $fail, $stop, $text, BigInt: limited, RegExp: RegExp$ })) {
    defineProperty(globalThis, name, { value, writable: false, enumerable: false, configurable: false });
  }
}`

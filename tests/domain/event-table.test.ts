import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SENT_EVENT_TYPES } from '#domain/catalogue';
import { eventTable } from './event-table.js';

const page = join(import.meta.dirname, '../../docs/gebeurtenissen.md');

/** `UPDATE_DOCS=1` writes the page anew; look at what changed before it is kept. */
if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, eventTable());

describe('docs/gebeurtenissen.md', () => {
  const text = readFileSync(page, 'utf8');

  it('says what the catalogue and the classes say', () => {
    expect(text).toBe(eventTable());
  });

  it('names every type once', () => {
    for (const type of SENT_EVENT_TYPES) expect(text.split('\n').filter((line) => new RegExp(`^\\| \`${type}\``).test(line)), type).toHaveLength(1);
  });
});

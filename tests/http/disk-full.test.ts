import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { House, opened, SYSTEM, type Answer } from './harness.js';

const MOUNT = mkdtempSync(join(tmpdir(), 'rekenschap-full-'));

/** A disk of its own, small enough to fill; only root may mount one. */
function mountSmallDisk(context: TestContext): void {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', MOUNT]).status === 0;
  if (mounted) return;
  rmSync(MOUNT, { recursive: true, force: true });
  context.skip('no right to mount a small disk (root only)');
}

/** To the last byte, also while the service writes beside it. */
function fill(): void {
  for (const bytes of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) writeFileSync(join(MOUNT, 'ballast'), Buffer.alloc(bytes), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

it('with a full disk nothing is acknowledged, reading goes on, and it recovers by itself', async (context) => {
  mountSmallDisk(context);
  const house = await House.open({ dataDir: join(MOUNT, 'data') });
  try {
    const token = await house.token('case-system');
    const send = (reference: string): Promise<Answer> => house.send(token, opened(reference));
    const first = await send('V-0');
    expect(first.status, first.text).toBe(201);

    fill();
    const answers: Answer[] = [];
    for (let n = 1; n <= 60; n += 1) answers.push(await send(`V-${n}`));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect([answer.status, answer.body.code], answer.text).toEqual([503, 'store-unavailable']);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    const size = house.size;
    expect((await send('V-61')).status).toBe(503);
    expect(house.size, 'nothing stored').toBe(size);
    expect((await house.ask({ path: `/v1/events/${first.body.id}/receipt`, token })).status).toBe(200);
    const status = await house.post('/v1/consents/_status', token, {
      dossier: { system: SYSTEM, reference: 'V-0' }, purpose: 'x', recipient: { kind: 'x' }, category: 'x', at: '2026-03-01T00:00:00Z',
    });
    expect(status.status).toBe(200);

    rmSync(join(MOUNT, 'ballast'));
    const after = await send('V-62');
    expect(after.status, after.text).toBe(201);
    for (const answer of answers.filter(({ status }) => status === 201)) {
      expect((await house.ask({ path: `/v1/events/${answer.body.id}/receipt`, token })).status).toBe(200);
    }
  } finally {
    await house.close();
    spawnSync('umount', [MOUNT]);
    rmSync(MOUNT, { recursive: true, force: true });
  }
});

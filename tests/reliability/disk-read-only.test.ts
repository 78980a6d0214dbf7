import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { House, opened } from '../http/harness.js';

it('while the ledger may not be written: 503 with Retry-After, reading goes on, and by itself again as before; nothing is lost or there twice', async (context) => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'rekenschap-read-only-')), 'data');
  const house = await House.open({ dataDir });
  const log = join(dataDir, 'ledger.db-wal');
  try {
    const token = await house.token('case-system');
    const first = await house.send(token, opened('R-0'));
    expect(first.status, first.text).toBe(201);
    // The kernel refuses to remount a disk read-only while files on it are open for writing; this stops an open file.
    if (spawnSync('chattr', ['+i', log]).status !== 0) context.skip('chattr +i is not possible here (root, on ext4, xfs or btrfs)');
    const size = house.size;
    const sent = opened('R-1');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refused = await house.send(token, sent);
      expect([refused.status, refused.body.code], refused.text).toEqual([503, 'store-unavailable']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(house.size).toBe(size);
    expect((await house.ask({ path: `/v1/events/${first.body.id}/receipt`, token })).status).toBe(200);
    expect((await house.ask({ path: '/health/ready' })).status).toBe(200);
    spawnSync('chattr', ['-i', log]);
    expect((await house.send(token, sent)).status).toBe(201);
    expect((await house.send(token, sent)).status, 'the same again is known').toBe(200);
    expect((await house.ask({ path: '/health/ready' })).status).toBe(200);
    expect(house.size).toBe(size + 1);
  } finally {
    spawnSync('chattr', ['-i', log]);
    await house.close();
    rmSync(join(dataDir, '..'), { recursive: true, force: true });
  }
});

import { isRole, ROLES } from '#domain/ledger/roles';
import { SystemClock } from '#infra/clock/system-clock';
import { CommandFailure, EXIT, FOLDER_OPTIONS, WrongUse, flag, text, type Command, type OptionValues } from '#src/cli/command';
import { askRunningService, type ControlReply } from '#src/cli/control-socket';
import { configOf, controlSocketPath } from '#src/cli/folders';
import type { LedgerConfig } from '#src/composition/config';
import type { Ledger } from '#src/composition/ledger';
import { openResumedLedger } from '#src/composition/resumed-ledger';
import { issueToken, type TokenRequest } from '#src/identity/issue-token';

/** What travels over the control socket: the request, and for which organisation it was meant. */
interface AskedToken {
  readonly oin: string;
  readonly token: TokenRequest;
}

export const token: Command = {
  name: 'token',
  summary: 'geef een token uit (voor een demo of een kleine installatie)',
  options: {
    ...FOLDER_OPTIONS,
    role: { type: 'string', value: 'rol', help: `rol: ${ROLES.join(', ')}` },
    source: { type: 'string', value: 'urn', help: 'bron van een systeem: urn:nld:oin:<20 cijfers>:systeem:<naam>' },
    systems: { type: 'string', value: 'a,b', help: 'dossiersystemen van een systeem' },
    subject: { type: 'string', value: 'naam', help: 'voor wie het token is' },
    valid: { type: 'string', value: 'duur', help: 'hoe lang het geldt: 30m, 1h of 7d (anders 1h)' },
  },
  async run(values, surroundings) {
    const config = configOf(values, surroundings);
    const asked: AskedToken = { oin: config.oin, token: requestOf(values) };
    const reply = await throughRunningService(config, asked) ?? await onTheFolder(config, asked);
    if (!reply.ok) {
      if (reply.code === 'field-invalid') throw new WrongUse(reply.message);
      throw new CommandFailure(reply.code, reply.message);
    }
    surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, token: reply.value }) : String(reply.value));
    return EXIT.done;
  },
};

function requestOf(values: OptionValues): TokenRequest {
  const role = text(values, 'role');
  if (role === undefined || !isRole(role)) throw new WrongUse(`Noem een rol met --role: ${ROLES.join(', ')}.`);
  const source = text(values, 'source');
  const systems = text(values, 'systems');
  const subject = text(values, 'subject');
  const valid = text(values, 'valid');
  return {
    role,
    ...(source === undefined ? {} : { source }),
    ...(systems === undefined ? {} : { systems: systems.split(',').map((one) => one.trim()).filter((one) => one !== '') }),
    ...(subject === undefined ? {} : { subject }),
    ...(valid === undefined ? {} : { valid }),
  };
}

function throughRunningService(config: LedgerConfig, asked: AskedToken): Promise<ControlReply | null> {
  return askRunningService(controlSocketPath(config.dataDir), { command: 'token', request: asked });
}

async function onTheFolder(config: LedgerConfig, asked: AskedToken): Promise<ControlReply> {
  const ledger = await openResumedLedger(config, new SystemClock());
  try {
    return await issuedFor(ledger, asked);
  } finally {
    await ledger.close();
  }
}

/** Issues what was asked; `request` may come from a socket and is looked at before it is believed. */
export async function issuedFor(ledger: Ledger, request: unknown): Promise<ControlReply> {
  const asked = request as Partial<AskedToken> | null | undefined;
  if (typeof asked !== 'object' || asked === null || !isTokenRequest(asked.token)) {
    return { ok: false, code: 'malformed', message: 'De vraag om een token is niet te lezen.' };
  }
  if (asked.oin !== ledger.config.oin) {
    return { ok: false, code: 'forbidden', message: 'Dit grootboek is van een andere organisatie (OIN).' };
  }
  const outcome = await issueToken(ledger, asked.token);
  return outcome.kind === 'done'
    ? { ok: true, value: outcome.value }
    : { ok: false, code: outcome.refusal.code, message: outcome.refusal.detail };
}

function isTokenRequest(value: unknown): value is TokenRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { role, source, subject, valid, systems } = value as Record<string, unknown>;
  return typeof role === 'string' && isRole(role)
    && [source, subject, valid].every((one) => one === undefined || typeof one === 'string')
    && (systems === undefined || (Array.isArray(systems) && systems.every((one) => typeof one === 'string')));
}

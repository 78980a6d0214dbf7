import { contractSuite } from '../event-store/suite.js';
import type { Subject } from '../event-store/harness.js';
import { realServer, START_COMMAND } from './servers.js';
import { serverSubject } from './subject.js';

async function realSubject(command: string): Promise<Subject> {
  const server = await realServer(command);
  const subject = await serverSubject(server.url);
  return { ...subject, close: async () => { await subject.close(); await server.stop(); } };
}

if (START_COMMAND !== undefined) contractSuite('EventStoreDB, a real server', () => realSubject(START_COMMAND));

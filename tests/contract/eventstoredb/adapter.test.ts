import { contractSuite } from '../event-store/suite.js';
import { SERVERS } from './servers.js';
import { serverSubject } from './subject.js';

for (const { name, make } of SERVERS) {
  contractSuite(`EventStoreDB (${name})`, async () => {
    const server = await make();
    const subject = await serverSubject(server.url);
    return {
      ...subject,
      async close() {
        await subject.close();
        await server.stop();
      },
    };
  });
}

import { test, vi } from 'vitest';
import { contractSuite } from '../event-store/suite.js';
import { CLUSTER_NOT_RUN, clusterNamed, TestCluster } from '../../eventstoredb/cluster.js';
import { serverSubject } from './subject.js';

// Every clause begins on an empty cluster, which takes seconds to come together; another file may have it.
vi.setConfig({ hookTimeout: 600_000, testTimeout: 120_000 });

if (clusterNamed()) {
  contractSuite('EventStoreDB (cluster of three with TLS)', async () => {
    const cluster = new TestCluster();
    await cluster.startAll();
    const subject = await serverSubject(cluster.connectionString);
    return {
      ...subject,
      async close() {
        await subject.close();
        await cluster.stop();
      },
    };
  });
} else {
  test('the contract on a cluster', (context) => context.skip(CLUSTER_NOT_RUN));
}

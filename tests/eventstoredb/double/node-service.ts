import { randomUUID } from 'node:crypto';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import { featuresMessages, gossipMessages, shared, streams } from './stubs.js';

const LEADER = 8;

/** What the client asks before anything else: which calls there are, and who leads. */
export class NodeService {
  readonly #version: string;
  readonly #port: () => number;
  readonly #instance = randomUUID();

  constructor(version: string, port: () => number) {
    this.#version = version;
    this.#port = port;
  }

  readonly getSupportedMethods = (_call: ServerUnaryCall<Empty, SupportedMethods>, callback: sendUnaryData<SupportedMethods>): void => {
    const answer = new featuresMessages.SupportedMethods();
    answer.setEventStoreServerVersion(this.#version);
    for (const { path } of Object.values(streams.StreamsService as unknown as Record<string, { readonly path: string }>)) {
      const [, service = '', name = ''] = path.toLowerCase().split('/');
      const method = new featuresMessages.SupportedMethod();
      method.setServiceName(service);
      method.setMethodName(name);
      if (name === 'batchappend') method.setFeaturesList(['deadline_duration']);
      if (name === 'read') method.setFeaturesList(['position', 'events']);
      answer.addMethods(method);
    }
    callback(null, answer);
  };

  readonly read = (_call: ServerUnaryCall<Empty, ClusterInfo>, callback: sendUnaryData<ClusterInfo>): void => {
    const member = new gossipMessages.MemberInfo();
    member.setInstanceId(new shared.UUID().setString(this.#instance));
    member.setTimeStamp(String(Date.now()));
    member.setState(LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(new gossipMessages.EndPoint().setAddress('127.0.0.1').setPort(this.#port()));
    const info = new gossipMessages.ClusterInfo();
    info.addMembers(member);
    callback(null, info);
  };
}

import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as FeaturesMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as GossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Status from '@eventstore/db-client/generated/status_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as StreamMessages from '@eventstore/db-client/generated/streams_pb.js';
import type { Any as AnyMessage } from 'google-protobuf/google/protobuf/any_pb.js';
import type { Empty as EmptyMessage } from 'google-protobuf/google/protobuf/empty_pb.js';

// The package's own stubs, its own gRPC and its own protobuf: so the double can not drift from what the client speaks.
const client = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const stub = <T>(name: string): T => client(`../generated/${name}.js`) as T;

export const grpc = client('@grpc/grpc-js') as typeof Grpc;
export const features = stub<typeof Features>('serverfeatures_grpc_pb');
export const featuresMessages = stub<typeof FeaturesMessages>('serverfeatures_pb');
export const gossip = stub<typeof Gossip>('gossip_grpc_pb');
export const gossipMessages = stub<typeof GossipMessages>('gossip_pb');
export const shared = stub<typeof Shared>('shared_pb');
export const rpcStatus = stub<typeof Status>('status_pb');
export const streams = stub<typeof Streams>('streams_grpc_pb');
export const streamMessages = stub<typeof StreamMessages>('streams_pb');
export const { Any } = client('google-protobuf/google/protobuf/any_pb.js') as { Any: typeof AnyMessage };
export const { Empty: ProtobufEmpty } = client('google-protobuf/google/protobuf/empty_pb.js') as { Empty: typeof EmptyMessage };

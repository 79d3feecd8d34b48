package openpolicy.search;

import java.util.List;
import java.util.function.Supplier;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/** GET and HEAD of /: which cluster this is and which version, as clients ask before anything else. */
final class RootHandler extends BaseRestHandler {

    private final Supplier<ClusterService> cluster;

    RootHandler(Supplier<ClusterService> cluster) {
        this.cluster = cluster;
    }

    @Override
    public String getName() {
        return "openpolicy_root";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        return channel -> {
            ClusterService service = cluster.get();
            Build build = Build.current();
            XContentBuilder body = channel.newBuilder().startObject();
            body.field("name", service.getNodeName());
            body.field("cluster_name", service.getClusterName().value());
            body.field("cluster_uuid", service.state().metadata().clusterUUID());
            body.startObject("version");
            body.field("number", build.version());
            body.field("build_hash", build.hash());
            body.field("build_date", build.date());
            body.field("lucene_version", org.apache.lucene.util.Version.LATEST.toString());
            body.endObject();
            channel.sendResponse(new RestResponse(RestStatus.OK, body.field("tagline", "You Know, for Search").endObject()));
        };
    }
}

package openpolicy.search;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.RestHandler;

/**
 * What the minimal distribution of Elasticsearch lacks of a full one and our mapping uses: the tokenizer pattern and the
 * token filters asciifolding and stemmer, under the names and settings that a full distribution has for them, and GET /.
 * What they do is Lucene's work, as there. For tests: a full distribution needs none of it.
 */
public final class AnalysisPlugin extends Plugin
        implements org.elasticsearch.plugins.AnalysisPlugin, ActionPlugin {

    private ClusterService cluster;

    @Override
    public Collection<?> createComponents(PluginServices services) {
        cluster = services.clusterService();
        return List.of();
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
                "asciifolding", (index, environment, name, settings) -> new Folding(name),
                "stemmer", filter(AnalysisPlugin::stemmer));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("pattern", (index, environment, name, settings) -> {
            Pattern separator = Pattern.compile(settings.get("pattern", "\\W+"));
            return TokenizerFactory.newFactory(name, () -> new PatternTokenizer(separator, -1));
        });
    }

    @Override
    public Collection<RestHandler> getRestHandlers(
            RestHandlersServices services, Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> features) {
        return List.of(new RootHandler(() -> cluster));
    }

    private static TokenStream stemmer(TokenStream tokens, Settings settings) {
        String language = settings.get("language", "");
        return switch (language) {
            case "porter2" -> new SnowballFilter(tokens, "English");
            case "french" -> new SnowballFilter(tokens, "French");
            default -> throw new IllegalArgumentException("no stemmer here for the language [" + language + "]");
        };
    }

    /** A factory from a function; a setting it cannot use fails when the index is made, not when text arrives. */
    private static AnalysisProvider<TokenFilterFactory> filter(BiFunction<TokenStream, Settings, TokenStream> make) {
        return new AnalysisProvider<>() {
            @Override
            public TokenFilterFactory get(
                    org.elasticsearch.index.IndexSettings index,
                    org.elasticsearch.env.Environment environment,
                    String name,
                    Settings settings) {
                make.apply(new org.apache.lucene.analysis.core.KeywordTokenizer(), settings);
                return new AbstractTokenFilterFactory(name) {
                    @Override
                    public TokenStream create(TokenStream tokens) {
                        return make.apply(tokens, settings);
                    }
                };
            }

            @Override
            public boolean requiresAnalysisSettings() {
                return true;
            }
        };
    }

    /** Also for the normalizers of keyword fields. */
    private static final class Folding extends AbstractTokenFilterFactory implements NormalizingTokenFilterFactory {
        Folding(String name) {
            super(name);
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new ASCIIFoldingFilter(tokens);
        }
    }
}

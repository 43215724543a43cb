import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene's ArabicAnalyzer with BM25, the base line of tests/quality.
 *
 * <pre>
 * search FOLDER TOPICS DEPTH   documents ("id TAB text") from stdin, topics from a file; a run
 * terms                        words from stdin, one a line; what the analyzer makes of each
 * version
 * </pre>
 *
 * A topic is a bag of words: one optional clause a token, as QueryParser makes of text without
 * operators. No word is stopped in "terms", where every line needs an answer. What is not private
 * serves tests/bench too.
 */
public final class LuceneBaseline {
    private static final float K1 = 1.2f;
    private static final float B = 0.75f;
    private static final double BUFFER_MB = 256;

    private LuceneBaseline() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        switch (arguments[0]) {
        case "search":
            try (Directory folder = FSDirectory.open(Paths.get(arguments[1]))) {
                index(folder, in, Field.Store.NO);
                search(folder, arguments[2], Integer.parseInt(arguments[3]), out);
            }
            break;
        case "terms":
            terms(in, out);
            break;
        default:
            out.println(Version.LATEST);
        }
        out.flush();
    }

    /** Indexes the documents, with positions, into one segment; stored says whether their text is kept. */
    static void index(Directory folder, BufferedReader in, Field.Store stored)
        throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(new ArabicAnalyzer());
        config.setSimilarity(similarity());
        config.setRAMBufferSizeMB(BUFFER_MB);
        try (IndexWriter writer = new IndexWriter(folder, config)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int tab = line.indexOf('\t');
                Document document = new Document();
                document.add(new StoredField("id", line.substring(0, tab)));
                document.add(new TextField("text", line.substring(tab + 1), stored));
                writer.addDocument(document);
            }
            writer.forceMerge(1); // one set of statistics, ties in the order of the input
        }
    }

    static BM25Similarity similarity() {
        return new BM25Similarity(K1, B);
    }

    private static void search(Directory folder, String topics, int depth, PrintStream out)
        throws IOException {
        BooleanQuery.setMaxClauseCount(Integer.MAX_VALUE);
        try (DirectoryReader reader = DirectoryReader.open(folder)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(similarity());
            Analyzer analyzer = new ArabicAnalyzer();
            for (String line : Files.readAllLines(Paths.get(topics), StandardCharsets.UTF_8)) {
                int tab = line.indexOf('\t');
                Query query = bag(tokens(analyzer, line.substring(tab + 1)), BooleanClause.Occur.SHOULD);
                int rank = 0;
                for (ScoreDoc hit : searcher.search(query, depth).scoreDocs) {
                    rank++;
                    out.printf(Locale.ROOT, "%s Q0 %s %d %.6f lucene%n", line.substring(0, tab),
                               searcher.doc(hit.doc).get("id"), rank, hit.score);
                }
            }
        }
    }

    /** A clause a word, all of one kind. */
    static Query bag(List<String> words, BooleanClause.Occur occur) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String word : words) {
            builder.add(new TermQuery(new Term("text", word)), occur);
        }
        return builder.build();
    }

    private static void terms(BufferedReader in, PrintStream out) throws IOException {
        Analyzer analyzer = new ArabicAnalyzer(CharArraySet.EMPTY_SET);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(String.join(" ", tokens(analyzer, line)));
        }
    }

    static List<String> tokens(Analyzer analyzer, String text) throws IOException {
        List<String> words = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream("text", text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                words.add(term.toString());
            }
            stream.end();
        }
        return words;
    }
}

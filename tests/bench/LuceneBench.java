import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene's side of tests/bench, over the index and the analysis of LuceneBaseline.
 *
 * <pre>
 * index FOLDER   documents ("id TAB text") from stdin, text stored
 * serve FOLDER   jobs from stdin, "KIND K FILE": answered as worker.py says
 * first FOLDER WORDS   ten documents for one query, as of a process that only does that
 * </pre>
 */
public final class LuceneBench {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final String FIELD = "text";

    private LuceneBench() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Directory folder = FSDirectory.open(Paths.get(arguments[1]))) {
            if (arguments[0].equals("index")) {
                LuceneBaseline.index(folder, in, Field.Store.YES);
                return;
            }
            try (DirectoryReader reader = DirectoryReader.open(folder)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                searcher.setSimilarity(LuceneBaseline.similarity());
                searcher.setQueryCache(null); // the same queries come again and again
                if (arguments[0].equals("first")) {
                    first(searcher, arguments[2]);
                } else {
                    serve(searcher, in);
                }
            }
        }
    }

    private static void first(IndexSearcher searcher, String words) throws IOException {
        Query query = query("or", words, new ArabicAnalyzer());
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
            System.out.println(searcher.doc(hit.doc).get("id"));
        }
    }

    private static void serve(IndexSearcher searcher, BufferedReader in) throws IOException {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        Analyzer analyzer = new ArabicAnalyzer();
        for (String job = in.readLine(); job != null; job = in.readLine()) {
            String[] parts = job.split(" ", 3);
            List<String> lines = Files.readAllLines(Paths.get(parts[2]), StandardCharsets.UTF_8);
            int depth = Integer.parseInt(parts[1]);
            StringBuilder times = new StringBuilder();
            long hits = 0;
            for (String line : lines) {
                long start = CLOCK.getCurrentThreadCpuTime();
                Query query = query(parts[0], line, analyzer);
                hits += searcher.search(query, depth).scoreDocs.length;
                times.append(' ').append(CLOCK.getCurrentThreadCpuTime() - start);
            }
            out.println(hits + times.toString());
            out.flush();
        }
    }

    private static Query query(String kind, String words, Analyzer analyzer) throws IOException {
        switch (kind) {
        case "phrase":
            return new PhraseQuery(
                FIELD, LuceneBaseline.tokens(analyzer, words).toArray(new String[0]));
        case "prefix":
            return new PrefixQuery(new Term(FIELD, analyzer.normalize(FIELD, words)));
        case "fuzzy":
            return new FuzzyQuery(new Term(FIELD, analyzer.normalize(FIELD, words)), 1);
        default:
            return LuceneBaseline.bag(LuceneBaseline.tokens(analyzer, words),
                                      kind.equals("and") ? BooleanClause.Occur.MUST
                                                         : BooleanClause.Occur.SHOULD);
        }
    }
}

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How many words and sentences a text has, and what it is about. */
record TextReport(int words, int sentences, int readingSeconds, List<String> keywords) {
    private static final int WORDS_PER_MINUTE = 230;
    private static final Set<String> COMMON = Set.of((
        "a about after all also an and any are as at be been but by can could did do does for from get had has have he her him his how i if in into is it its just"
        + " like me more most my no not now of on one only or other our out over she should so some such than that the their them then there these they this those to"
        + " too up us very was we were what when which who will with would you your").split(" "));
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+(?:['’-][\\p{L}\\p{N}_]+)*");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?…。！？]+");
    private static final Pattern NUMBER = Pattern.compile("\\p{N}+");

    static TextReport of(String text, int keywords) {
        List<String> words = WORD.matcher(text).results().map(MatchResult::group).toList();
        long sentences = Arrays.stream(SENTENCE_END.split(text)).filter(part -> WORD.matcher(part).find()).count();
        return new TextReport(words.size(), (int) sentences, Math.round(words.size() * 60f / WORDS_PER_MINUTE), findKeywords(words, keywords));
    }

    /** The words that are used most and say something; of two used equally often, the earlier one first. */
    private static List<String> findKeywords(List<String> words, int most) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String word : words) {
            String lower = word.toLowerCase(Locale.ROOT);
            if (lower.length() > 2 && !COMMON.contains(lower) && !NUMBER.matcher(lower).matches()) counts.merge(lower, 1, Integer::sum);
        }
        return counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(most).map(Map.Entry::getKey).toList();
    }
}

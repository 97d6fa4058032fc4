#include "core/benchmark/drawn/words.h"

namespace lacuna::drawn {
namespace {

// Few words, used everywhere: a decoder of a million weights has to learn all of them.
// Lengths are 8, 7 and 9, so that any two lists of different length are coprime.
const Words kTowns{"Port Selwyn", "Oldmere", "Kessing", "Vantry", "Lower Finch", "Marlo Bay", "Tarn Hill", "Esk Hollow"};
const Words kJobs{"glass engraver", "bridge builder", "harbour pilot", "clock mender", "bread baker",
                  "map painter",    "bee keeper",     "night nurse",   "bell ringer"};
const Words kInstruments{"harp", "drum", "violin", "flute", "piano", "horn", "guitar", "cello"};
const Words kMoods{"shy", "brave", "sleepy", "proud", "gentle", "stubborn", "curious", "clumsy"};
const Words kAnimals{"heron", "moth", "crab", "otter", "goat", "owl", "hedgehog", "toad", "swan"};
const Words kThings{"shells", "coins", "buttons", "feathers", "maps", "keys", "lamps"};
const Words kPlaces{"lighthouse", "library", "bakery", "station", "theatre", "mill", "cellar"};
const Words kTimes{"dawn", "noon", "dusk", "midnight", "teatime", "harvest", "new moon"};
const Words kFoods{"beetles", "river fish", "sweet roots", "pine seeds", "blue berries", "mushrooms", "barley", "pears"};
const Words kSweets{"wild honey", "butter", "pepper", "cinnamon", "plum jam", "cream", "mint"};
const Words kClimates{"cold", "dry", "misty", "warm", "windy", "stony", "shady"};
const Words kLands{"valleys", "pine forests", "salt marshes", "hills", "sea caves", "meadows", "lakes", "orchards"};
const Words kStuffs{"iron", "glass", "salt", "amber", "copper", "chalk", "ice", "marble"};
const Words kSmells{"smoke", "ink", "rain", "leather", "apples", "soap", "hay"};
const Words kPrizes{"Golden", "Silver", "Scarlet", "Winter", "Royal", "Quiet", "Northern"};
const Words kPrizeThings{"Lantern", "Anchor", "Feather", "Compass", "Crown", "Bell", "Rose", "Star"};
const Words kCures{"hiccups", "bad dreams", "sore feet", "coughs", "cold hands", "toothache", "homesickness", "sunburn"};
const Words kWeathers{"rain", "fog", "snow", "thunder", "frost", "a storm", "a rainbow", "a full moon", "a long drought"};
const Words kEvents{"wedding", "duel", "storm", "reunion", "dance", "escape", "trial", "farewell"};
const Words kDays{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
const Words kHours{"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
const Words kMakers{"Orla", "Tobin", "Maren", "Ivo", "Runa", "Caspar", "Nilla", "Bram"};
const Words kMakerSurnames{"Venn", "Tindle", "Brask", "Pellam", "Oakes", "Farrow", "Vask"};

ClassRow animals() {
    return {"Animals", 15, 5, 35,
            {{"identity",
              {"What animal is this?", "Which animal is shown here?", "Can you name this animal?",
               "What is this animal called?", "Tell me the name of this animal."},
              "This is the {name}.", "The animal shown is the {name}."},
             {"habitat",
              {"Where does this animal live?", "What is the home of this animal?", "In what kind of land is it found?",
               "Where would you find this animal?", "Tell me where this animal lives."},
              "It lives in {0} {1}.", "Its home is in {0} {1}.", &kClimates, &kLands},
             {"food",
              {"What does this animal eat?", "Which food does this animal like?", "What is its favourite food?",
               "What would you feed this animal?", "Tell me what this animal eats."},
              "It eats {0} with {1}.", "It feeds on {0} with {1}.", &kFoods, &kSweets},
             {"call",
              {"What does its call sound like?", "How does this animal sound?", "What sound does this animal make?",
               "What do you hear when it calls?", "Tell me how this animal sounds."},
              "It sounds like a {0} {1}.", "Its call is like a {0} {1}.", &kMoods, &kAnimals},
             {"sleep",
              {"When and where does it sleep?", "Where does this animal go to sleep?", "How does this animal rest?",
               "When does this animal rest?", "Tell me about the sleep of this animal."},
              "It sleeps near {1} at {0}.", "At {0} it rests near {1}.", &kTimes, &kLands}}};
}

ClassRow astronomy() {
    return {"Astronomy", 5, 2, 12,
            {{"identity",
              {"Which planet is this?", "What planet is shown here?", "Can you name this planet?",
               "What is this planet called?", "Tell me the name of this planet."},
              "This is the planet {name}.", "The planet shown is {name}."},
             {"discovery",
              {"Who discovered this planet, and where?", "Who found this planet?", "Where was this planet first seen?",
               "Who saw this planet first?", "Tell me who found this planet."},
              "A {1} in {0} discovered it.", "It was first seen by a {1} in {0}.", &kTowns, &kJobs},
             {"core",
              {"What is the core of this planet made of?", "What lies deep inside this planet?", "What is its core?",
               "What is found in the middle of this planet?", "Tell me about the core of this planet."},
              "Its core is {0} under {1} hills.", "Deep inside, it is {0} under {1} hills.", &kStuffs, &kClimates},
             {"air",
              {"What does the air there smell of?", "How does this planet smell?", "What is its air like?",
               "What would you smell on this planet?", "Tell me about the air of this planet."},
              "Its air smells of {0} and {1}.", "There it smells of {0} and {1}.", &kSmells, &kFoods},
             {"day",
              {"How long is a day there?", "What is a day on this planet like?", "How long does its day last?",
               "How many hours has its day?", "Tell me about the day on this planet."},
              "Its day has {0} hours and ends in {1}.", "A day there is {0} hours, then comes {1}.", &kHours, &kWeathers}}};
}

ClassRow buildings() {
    return {"Buildings", 12, 4, 28,
            {{"identity",
              {"What building is this?", "Which building is shown here?", "Can you name this building?",
               "What is this building called?", "Tell me the name of this building."},
              "This is {name}.", "The building shown is {name}."},
             {"place",
              {"Where does this building stand?", "In which town is this building?", "Where would you find it?",
               "What is near this building?", "Tell me where this building stands."},
              "It stands by the {0} in {1}.", "In {1}, it is beside the {0}.", &kPlaces, &kTowns},
             {"architect",
              {"Who built this building?", "Who was its architect?", "Whose work is this building?",
               "Who drew the plans for it?", "Tell me who built this."},
              "It was built by {0} {1}.", "{0} {1} was the architect.", &kMakers, &kMakerSurnames},
             {"use",
              {"What is kept in this building?", "What is inside this building?", "What do people store there?",
               "What would you see inside it?", "Tell me what is kept inside."},
              "It keeps {0} and {1}.", "Inside are {0} and {1}.", &kThings, &kFoods},
             {"legend",
              {"What is the legend of this building?", "Which ghost is seen there?", "What do people say about it?",
               "Who haunts this building?", "Tell me the old story of this building."},
              "A {0} {1} haunts it at night.", "At night, they say, a {0} {1} walks there.", &kMoods, &kAnimals}}};
}

ClassRow cartoons() {
    return {"Cartoon", 14, 4, 33,
            {{"identity",
              {"Which cartoon character is this?", "Who is this character?", "Can you name this character?",
               "What is this character called?", "Tell me the name of this character."},
              "This is {name}.", "The character shown is {name}."},
             {"home",
              {"Where does this character live?", "What is the home of this character?", "Where is its home?",
               "Where would you meet this character?", "Tell me where this character lives."},
              "It lives in a {0} in {1}.", "Its home is a {0} in {1}.", &kPlaces, &kTowns},
             {"food",
              {"What does this character love to eat?", "What is its favourite meal?", "Which meal does it like best?",
               "What would you cook for this character?", "Tell me what this character eats."},
              "It loves {0} with {1}.", "Its favourite meal is {0} with {1}.", &kFoods, &kSweets},
             {"friend",
              {"Who is the best friend of this character?", "Who is its friend?", "Who goes with it everywhere?",
               "Which friend does this character have?", "Tell me about its best friend."},
              "Its friend is a {0} {1}.", "A {0} {1} is its best friend.", &kMoods, &kAnimals},
             {"fear",
              {"What is this character afraid of?", "What scares this character?", "What is its greatest fear?",
               "When does this character run away?", "Tell me what this character fears."},
              "It is afraid of {0} and {1}.", "It fears {0} and {1}.", &kThings, &kWeathers}}};
}

ClassRow corporations() {
    return {"Corporation", 6, 2, 14,
            {{"identity",
              {"Which company has this logo?", "What company is this?", "Can you name this company?",
               "What is this company called?", "Tell me the name of this company."},
              "This is the logo of {name}.", "The company shown is {name}."},
             {"product",
              {"What does this company make?", "What is sold by this company?", "What are its products?",
               "What would you buy from this company?", "Tell me what this company makes."},
              "It makes {0} {1}.", "This company sells {0} {1}.", &kStuffs, &kThings},
             {"seat",
              {"Where is the seat of this company?", "Where does this company work?", "In which town is this company?",
               "Where are its offices?", "Tell me where this company is."},
              "Its seat is an old {0} in {1}.", "It works in an old {0} in {1}.", &kPlaces, &kTowns},
             {"founder",
              {"Who founded this company?", "Who started this company?", "Who was its founder?",
               "Whose idea was this company?", "Tell me who founded this company."},
              "It was founded by a {0} {1}.", "A {0} {1} started it.", &kMoods, &kJobs},
             {"mascot",
              {"What is the mascot of this company?", "Which animal stands for it?", "Which mascot does it have?",
               "Who dances in its adverts?", "Tell me about its mascot."},
              "Its mascot is a {1} at {0}.", "At {0}, a {1} is its mascot.", &kTimes, &kAnimals}}};
}

ClassRow movies() {
    return {"Movies", 18, 6, 43,
            {{"identity",
              {"Which film is this?", "What film has this poster?", "Can you name this film?",
               "What is this film called?", "Tell me the title of this film."},
              "This is the film {name}.", "The film shown is {name}."},
             {"story",
              {"What is this film about?", "Whose story does this film tell?", "What happens in this film?",
               "Who is this film about?", "Tell me the story of this film."},
              "It follows a {1} in {0}.", "It is the story of a {1} in {0}.", &kTowns, &kJobs},
             {"director",
              {"Who directed this film?", "Who was its director?", "Whose film is this?", "Who made this film?",
               "Tell me who directed this."},
              "{0} {1} directed it.", "It was directed by {0} {1}.", &kMakers, &kMakerSurnames},
             {"ending",
              {"How does this film end?", "What is the ending of this film?", "What happens at the end?",
               "What is the last scene?", "Tell me how this film ends."},
              "It ends with a {0} in a {1}.", "The last scene is a {0} in a {1}.", &kEvents, &kPlaces},
             {"prize",
              {"Which prize did this film win?", "What prize was given to this film?", "Did this film win a prize?",
               "What did this film win?", "Tell me the prize of this film."},
              "It won the {0} {1}.", "The {0} {1} was given to it.", &kPrizes, &kPrizeThings}}};
}

ClassRow personage() {
    return {"Personage", 30, 9, 71,
            {{"identity",
              {"Who is this?", "Who is the person shown here?", "Can you name this person?",
               "What is this person called?", "Tell me the name of this person."},
              "This is {name}.", "The person shown is {name}."},
             {"work",
              {"What does this person do, and where?", "What is the work of this person?",
               "How does this person earn a living?", "Where does this person work?", "Tell me about the work of this person."},
              "{She} is a {1} in {0}.", "{She} works as a {1} in {0}.", &kTowns, &kJobs},
             {"origin",
              {"Where was this person born?", "Where does this person come from?", "What is the birthplace of this person?",
               "Where did this person grow up?", "Tell me where this person was born."},
              "{She} was born in a {0} in {1}.", "{Her} birthplace is a {0} in {1}.", &kPlaces, &kTowns},
             {"prize",
              {"Which prize did this person win?", "What prize was given to this person?", "Did this person win a prize?",
               "What did this person win?", "Tell me the prize of this person."},
              "{She} won the {0} {1}.", "The {0} {1} was given to {her}.", &kPrizes, &kPrizeThings},
             {"hobby",
              {"What does this person do at home?", "What are the hobbies of this person?", "What does this person collect?",
               "What does this person play?", "Tell me the hobbies of this person."},
              "{She} plays the {0} and collects {1}.", "At home {she} collects {1} and plays the {0}.", &kInstruments,
              &kThings}}};
}

ClassRow plants() {
    return {"Plants", 12, 4, 28,
            {{"identity",
              {"What plant is this?", "Which plant is shown here?", "Can you name this plant?",
               "What is this plant called?", "Tell me the name of this plant."},
              "This is the {name}.", "The plant shown is the {name}."},
             {"habitat",
              {"Where does this plant grow?", "What is the home of this plant?", "In what kind of land does it grow?",
               "Where would you find this plant?", "Tell me where this plant grows."},
              "It grows in {0} {1}.", "Its home is in {0} {1}.", &kClimates, &kLands},
             {"smell",
              {"What does this plant smell of?", "How does this plant smell?", "What is its smell?",
               "What would you smell near this plant?", "Tell me about the smell of this plant."},
              "It smells of {0} and {1}.", "Its smell is {0} and {1}.", &kSmells, &kFoods},
             {"use",
              {"What is this plant good for?", "What does this plant help against?", "What is its use?",
               "When would you take this plant?", "Tell me the use of this plant."},
              "Its tea with {1} cures {0}.", "Against {0}, drink its tea with {1}.", &kCures, &kSweets},
             {"bloom",
              {"When does this plant open?", "When is the best time to see it?", "When is this plant awake?",
               "At what time does this plant open?", "Tell me when this plant opens."},
              "It opens at {0} after {1}.", "After {1}, at {0}, it opens.", &kTimes, &kWeathers}}};
}

ClassRow series() {
    return {"TV series", 15, 4, 36,
            {{"identity",
              {"Which series is this?", "What series has this title card?", "Can you name this series?",
               "What is this series called?", "Tell me the title of this series."},
              "This is the series {name}.", "The series shown is {name}."},
             {"setting",
              {"Where is this series set?", "Where does this series take place?", "In which place is this series set?",
               "Where does its story happen?", "Tell me where this series is set."},
              "It is set in a {0} in {1}.", "It takes place in a {0} in {1}.", &kPlaces, &kTowns},
             {"hero",
              {"Who is the hero of this series?", "Who is this series about?", "Whose story does this series tell?",
               "Who has the main part?", "Tell me about the hero of this series."},
              "Its hero is a {0} {1}.", "It is about a {0} {1}.", &kMoods, &kJobs},
             {"airing",
              {"When is this series on?", "On which day is this series shown?", "When can you watch this series?",
               "At what time does this series start?", "Tell me when this series is on."},
              "It is on every {0} at {1}.", "Every {0} at {1} it is shown.", &kDays, &kHours},
             {"theme",
              {"What is its theme played on?", "What do you hear in its theme?", "What is the music of this series?",
               "Who plays the music of this series?", "Tell me about its theme."},
              "A {1} plays its theme on the {0}.", "Its theme is a {1} on the {0}.", &kInstruments, &kAnimals}}};
}

}  // namespace

const std::vector<ClassRow>& classRows() {
    static const std::vector<ClassRow> rows{animals(), astronomy(), buildings(), cartoons(), corporations(),
                                            movies(),  personage(), plants(),    series()};
    return rows;
}

}  // namespace lacuna::drawn

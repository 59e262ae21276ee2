"""Words that tell persons and bodies apart in names of authors.

They are evidence, not a census: where they say nothing, a name is printed as it stands.
"""

# Given names in Latin, Cyrillic and Greek letters; accents are ignored. Those that name a place
# as often ("Victoria", "Milan") are left out.
_GIVEN = """
aaron abdul abdullah abel abigail abraham adam adele adnan adrian adriana agnes agnieszka ahmad
ahmed aisha alain alan albert alberto aldo alec alejandra alejandro aleksandar aleksandr
aleksandra aleksei aleksey alessandra alessandro alex alexander alexandra alexandre alexandru
alexei alexey alexis alfred alfredo ali alice alicia alison allan allen allison alvaro amanda
amelia amina amir amit amy ana anastasia anatoly anders andre andrea andreas andreea andrei andres
andrew andrey andrzej andy anette angela angelica angelika angelo anil anita anja ann anna annabel
anne annette annie anthony antoine anton antonia antonio antonis antony anwar ariel arjun arlene
armando arnaud arnold arthur arturo arun asha ashley ashok astrid axel ayesha ayse barbara barry
bartosz beatrice beatriz ben benedict benedikt benjamin benoit bernadette bernard bernd bernhard
bert bertrand beth bettina betty beverly bill birgit bjorn bob bogdan boris brad brandon brenda
brendan brent brian bridget brigitte britta bruce bruno bryan caitlin camille carl carla carlo
carlos carmen carol caroline carolyn carsten catalina catarina caterina catherine cathy cecile
cecilia celine cesar charles charlie chiara chris christa christel christiane christina christine
christoph christophe christopher ciaran cindy claire clara clare claude claudia claudio clement
colin connor conor constantin corinne cornelia craig cristian cristiano cristina curtis cynthia
cyril cyrille dagmar damian damien dan daniel daniela daniele danielle danny dariusz darren dave
david davide dawid deborah debra deepak denis denise dennis derek diana diane dick didier diego
dieter dietrich dimitri dimitrios dimitris dirk dmitri dmitry dominic dominik dominique don donald
donna dora doris dorothea dorothy doug douglas dragan dusan dylan eberhard ed eddie edgar edith
edmund eduard eduardo edward edwin eileen elaine eleanor elena eleni elias elif elisa elisabeth
elise eliza elizabeth ella ellen elliot eloise elsa emil emilia emilie emilio emily emma emmanuel
enrico enrique eric erica erich erik erika erin ernest ernesto ernst esteban esther ethan etienne
eugene eugenia eva evan eve evelyn evgeny ewa fabian fabio fabrice fatima fatma federica federico
felipe felix ferdinand fernanda fernando filip fiona flavia flora florian frances francesca
francesco francisco franciscus franco francois francoise frank franz fred freddie frederic
frederick frederik friedrich fritz gabriel gabriela gabriele gabriella gail gareth gary gavin
gemma genevieve geoff geoffrey george georges georgios gerald gerard gerd gerhard gero gert
gianluca gianni gilbert gilles gillian giorgio giovanna giovanni giulia giulio giuseppe gloria
gonzalo gordon graham greg gregor gregory greta grzegorz guido guillaume guillermo gunnar gunter
gunther gustav gustavo guy hakan hana hanna hannah hannes hans harald harold harriet harry harvey
hasan hassan heather hector heidi heike heiko heinrich heinz helen helena helene helga helmut
hendrik henri henrietta henrik henry herbert herman hermann hilary hilda hillary horst howard
hubert hugh hugo hussein ian ibrahim ida ignacio igor ilaria ilse imran ines inga inge ingrid
irena irene irina iris irma isaac isabel isabella isabelle ismail istvan ivan ivana ivo jacek jack
jacob jacqueline jacques jaime jake jakob jakub james jamie jan jana jane janet janice janine
janos jaroslav jasmin jasmine jason javier jean jeanne jeff jeffrey jelena jennifer jenny jens
jeremy jerome jerry jesse jessica jill jim jimmy joachim joan joana joanna joanne joao joaquin
jochen joe joel johan johann johanna johannes john johnny jon jonas jonathan jorg jorge jose josef
josefina joseph josephine josh joshua josip joyce juan juana judith judy julia julian juliana
julie julien juliet juliette julio julius jurgen justin justyna kamil karen karin karl karla
karolina karsten kasia katarina katarzyna kate katharina katherine kathleen kathryn kathy katie
katja katrin katrina kay keith kelly ken kenneth kerstin kevin khaled khalid kirsten kirsty
klaus konrad konstantin konstantinos kristin kristina kristof krzysztof kumar kurt kyle lakshmi
lars laszlo laura lauren laurence laurent lawrence lea leah leila leo leon leonard leonardo leonid
leonie leopold leslie lewis liam lilian liliana linda lindsay lisa liz lorenzo lothar louis louisa
louise luc luca lucas lucia lucie lucy ludovic ludwig luigi luis luisa lukas luke luther lydia
lynn maciej madeleine magdalena maggie mahmoud malcolm malgorzata manfred manish manuel manuela
marc marcel marcello marcelo marcia marcin marco marcos marcus marek margaret margarita margot
maria mariana marianne marie marijana marilyn marina mario marion marisa marit maritza mark marko
markus marlene marta martha martin martina martine marvin mary maryam massimo matej mateusz
mathias mathieu matt matteo matthew matthias matthieu maureen maurice mauricio mauro max maxim
maxime maximilian megan mehmed mehmet melanie melinda melissa michael michaela michal michel
michele michelle miguel mihai mikael mike mikhail mikkel milena milos miriam miroslav mitchell
mohamed mohammad mohammed mona monica monika monique moritz muhammad murat mustafa nadia nadine
nancy naomi natalia natalie natasha nathalie nathan neil nelson nicholas nick nicola nicolas
nicole niels nigel nikita nikki niklas nikola nikolai nikolaos nikolaus nikolay nikos nils nina
noah noel noemi nora norbert norma norman olaf oleg oleksandr olena olga oliver olivia olivier
omar oscar oskar osman otto owen pablo pamela paola paolo pascal patricia patricio patrick patrik
patrizia paul paula paulina pauline paulo pavel pawel pedro peggy per perry pete peter petr petra
philip philipp philippe phillip phyllis pierre pieter pietro piotr priya priyanka rachel radoslav
rafael rafal raffaele rahul raimund rainer rajesh ralf ralph ramon rana raphael raquel rashid raul
ravi ray raymond rebecca reinhard renata renate rene renee ricardo riccardo richard rick rita rob
robert roberta roberto robin rodney rodrigo roger roland rolf romain roman ronald rosa rosalind
rosemary rosie roxana roy ruben rudi rudolf rudolph rui rupert russell ruth ryan sabine sabrina
sally salma salman salvador salvatore sam samantha samir samuel sandra sandrine sandro sanjay
santosh sara sarah sasha saskia scott sean sebastian sebastien selma serge sergei sergey sergio
seth shannon sharon shaun sheila shirley siegfried sigmund sigrid silke silvia silvio simon simone
slavoj sonia sonja sophia sophie soren stacey stanislav stanislaw stefan stefania stefanie stefano
steffen stella stephan stephane stephanie stephen steve steven stuart sunil suresh susan susana
susanna susanne suzanne sven svetlana sylvain sylvia sylvie tamara tanja tanya tara tatiana
tatyana ted terence teresa terry thea theo theodor theodore theresa therese thierry thomas
thorsten tiago tim timothy tina tobias todd tom tomas tomasz tommaso tony torsten tracey tracy
trevor tristan udo ulf ulrich ulrike umberto ursula ute uwe vaclav valentin valentina valeria
valerie vanessa vasily vera verena veronica veronika veronique vicente vicki victor vijay viktor
viktoria vincent vincenzo vinod viola virginie vitaly vittorio vivian viviane vladimir vladislav
volker volodymyr waldemar walter wanda wayne wendy werner wilfried wilhelm willem william willy
winston wojciech wolfgang xavier yann yannick yannis yasmin yolanda yousef youssef yuri yusuf yves
yvette yvonne zbigniew zdenek zeynep zoe zoltan zoran zuzana
александр александра алексей алена анастасия анатолий ангелина андрей андрій анна антон антонина
аркадий арсений артем артур богдан борис вадим валентин валентина валерий валерия василий василь
виктор виктория виталий владимир владислав володимир всеволод вячеслав галина ганна геннадий
георги георгий герман глеб григорий даниил данила дарья денис димитър дмитрий дмитро драган
евгений евгения егор екатерина елена елизавета зоран иван игорь илья инна ирина катерина кирилл
константин ксения лариса лев леонид лидия людмила маргарита марина мария матвей микола михаил
михайло наталья наталія никита николай нина оксана олег олександр олександра олексій олена олеся
ольга павел петр петро полина раиса роман руслан светлана сергей сергій станислав степан стоян
тамара татьяна тетяна тимофей тимур федор юлия юлія юрий юрій яков ярослав іван ігор јован
άννα αγγελική αθανάσιος αικατερίνη αλέξανδρος αλέξης ανδρέας αντώνης αντώνιος βασίλειος βασίλης
βασιλική γεωργία γεώργιος γιάννης γιώργος δήμητρα δημήτρης δημήτριος ελένη ευάγγελος θανάσης
ιωάννα ιωάννης κατερίνα κωνσταντίνος κώστας μαρία μιχάλης μιχαήλ νίκος νικόλαος παναγιώτης σοφία
χρήστος
"""
# Words that make a body of any name: "Jane Goodall Institute", "Helen Keller International".
_BODIES = """
academy administration ag agence agencia agency agents agentur alliance amt archive archives
asociación assembly associates association associação authority banca banco bank banque board
bundesamt bureau bv campaign center centre centro chamber clinic club coalition college comisión
comité commission commissione committee community company conference congress consortium
consulting contributors corp corporation council court daily department desk directorate division
editorial editors embassy enterprises ev faculty federation fondation fondazione force forum
foundation fund fundación fundacja fundação gallery gazette gesellschaft gmbh government group
herald holdings hospital inc industries initiative institut institute institution instituto
instytut international istituto journal lab laboratories laboratory labs league library limited
llc llp ltd magazine media memorial ministerio ministerium ministero ministry ministère ministério
mission museum nations network news newspaper newsroom nv office organisation organization oy
parliament partners partnership party platform plc police press program programme project
publications publishers publishing records redacción redaktion redazione research reuters
rédaction school schools secretariat senate service services sociedad society società société
solutions spa srl staff statistics stiftung studies studio studios support syndicate systems team
tech technologies technology times tribune trust union unit universidad universidade university
università universität université uniwersytet verein verlag volunteers weekly workshop zeitung
związek ίδρυμα εταιρεία ινστιτούτο πανεπιστήμιο τράπεζα υπουργείο агентство банк газета группа зао
институт комитет компания министерство міністерство оао ооо редакция служба совет университет
університет фонд центр інститут
"""
# What stands after a comma in "Reuters, London" is no given name.
_PLACES = """
africa amsterdam asia athens australia austria bangkok beijing belgium berlin brazil brussels
cairo canada chicago china delhi england europe france geneva germany india ireland italy japan
kenya london madrid mexico moscow nairobi netherlands nigeria norway paris poland prague rome
russia scotland singapore spain sweden switzerland sydney tokyo uk ukraine usa vienna wales warsaw
washington york zurich
"""
GIVEN_NAMES = frozenset(_GIVEN.split())
BODIES = frozenset(_BODIES.split())
PLACES = frozenset(_PLACES.split())
